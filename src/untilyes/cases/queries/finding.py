"""Which case something belongs to."""

from collections.abc import Sequence
from uuid import UUID

from untilyes.cases.models import Case, CasePolicy, CustomerValue, Signal
from untilyes.cases.rules import LinkKind, State
from untilyes.customers.models import Customer
from untilyes.customers.queries import list_keys

OVER = (State.CLOSED.value, State.ENDED.value)


def find_policy() -> CasePolicy:
    """What counts as unhappy in this workspace; the standing defaults, unsaved, where nobody changed them."""
    return CasePolicy.objects.first() or CasePolicy()


def find_case_about(ref: str) -> Case | None:
    """The case another room speaks of as case:<key>, or None."""
    kind, _, key = ref.partition(":")
    return Case.objects.filter(pk=int(key)).first() if kind == "case" and key.isdecimal() else None


def find_case_for_response(response_id: UUID) -> Case | None:
    """The case this unhappy response opened or joined, or None."""
    signal = Signal.objects.select_related("case").filter(response_id=response_id).first()
    return signal.case if signal else None


def find_standing_case(customer: Customer | None, *, interaction_id: str) -> Case | None:
    """The case a further no belongs to: the customer's own on the same interaction, open ones first.

    A case on a named interaction is found even when it is over, for a no reopens it whatever its age. Where no
    interaction is named, only a case still open is. Whoever is unknown is recognised by the interaction alone.
    """
    if customer is None and not interaction_id:
        return None
    cases = Case.objects.filter(interaction_id=interaction_id).order_by("-opened_at", "-pk")
    cases = cases.filter(customer_id__in=list_keys(customer)) if customer else cases.filter(customer=None)
    standing = cases.exclude(state__in=OVER).first()
    if standing is None and interaction_id:
        standing = cases.first()
    return standing.original if standing else None


def find_latest_sequel(case: Case) -> Case:
    """The case that goes on where this one ended, after the customer wrote long afterwards; itself where none does."""
    link = case.linked_from.filter(kind=LinkKind.FOLLOWS, by=None).order_by("-at", "-pk").first()
    return find_latest_sequel(link.case.original) if link else case


def list_cases_of(customer: Customer, *, limit: int = 50) -> Sequence[Case]:
    """The customer's cases, the newest first."""
    cases = Case.objects.filter(customer_id__in=list_keys(customer)).select_related("assignee__user")
    return list(cases.order_by("-opened_at", "-pk")[:limit])


def list_cases_about(interactions: Sequence[str]) -> dict[str, int]:
    """interaction → the newest case about it, of those that have one."""
    cases = Case.objects.filter(interaction_id__in=list(interactions)).order_by("opened_at", "pk")
    return {case.interaction_id: case.original.pk for case in cases.select_related("duplicate_of")}


def find_value(customer: Customer) -> CustomerValue | None:
    """What a customer is worth to us, as last read, or None where nobody has read it."""
    return CustomerValue.objects.filter(customer_id__in=list_keys(customer)).order_by("-read_at").first()
