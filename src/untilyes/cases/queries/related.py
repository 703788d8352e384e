"""Which cases belong to one case, and which could be made one with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from untilyes.cases.models import Case
from untilyes.cases.queries.finding import OVER
from untilyes.cases.rules import LinkKind, State
from untilyes.customers.queries import list_keys


@dataclass(frozen=True)
class Tie:
    """A case that belongs to this one: `is_ours` tells that this one was named first ("this follows the other")."""

    link_id: int
    kind: LinkKind
    is_ours: bool
    number: int
    customer_name: str
    state: State


@dataclass(frozen=True)
class Related:
    """`absorbed` were merged into the case, `original` is what it was merged into, `mergeable` could be joined."""

    ties: tuple[Tie, ...]
    absorbed: tuple[Case, ...]
    original: Case | None
    mergeable: tuple[Case, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.ties or self.absorbed or self.original)


def read_related(case: Case) -> Related:
    """Everything that belongs to a case."""
    ours = [_tie(link.pk, link.kind, link.other, is_ours=True) for link in case.links.select_related("other__customer")]
    theirs = [
        _tie(link.pk, link.kind, link.case, is_ours=False) for link in case.linked_from.select_related("case__customer")
    ]
    return Related(
        ties=tuple(sorted(ours + theirs, key=lambda tie: tie.number)),
        absorbed=tuple(case.copies.order_by("number")),
        original=case.duplicate_of,
        mergeable=tuple(_list_mergeable(case)),
    )


def _tie(link_id: int, kind: str, other: Case, *, is_ours: bool) -> Tie:
    name = str(other.customer) if other.customer else ""
    return Tie(link_id, LinkKind(kind), is_ours, other.number, name, State(other.state))


def _list_mergeable(case: Case) -> Sequence[Case]:
    """The other cases of the same customer that could be made one with it."""
    if case.person is None or case.is_over:
        return []
    theirs = Case.objects.filter(customer_id__in=list_keys(case.person)).exclude(pk=case.pk)
    return list(theirs.exclude(state__in=[*OVER, State.PROPOSED.value]).order_by("number"))
