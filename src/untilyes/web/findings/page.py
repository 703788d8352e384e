"""What the pages of findings show, in plain parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.urls import reverse

from untilyes.analysis.voices.masking import mask
from untilyes.charts.findings import draw_finding, list_alike
from untilyes.feedback.queries import Present, read_present
from untilyes.insights.models import FindingStep, KeptFinding, Run
from untilyes.insights.queries import (
    count_states,
    find_last_look,
    find_newest,
    find_running,
    list_findings,
    list_steps,
    read_finding_rows,
)
from untilyes.insights.rules import State
from untilyes.insights.wording import KINDS, SHAPES, STATES, tell_certainty, tell_money
from untilyes.voices.queries import name_topics
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.chart import WIDE, Chart
from untilyes.web.components.estimate import Figure
from untilyes.web.findings.initiative import InitiativePart
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members

STANDING: Final = {"": "Standing", **{name: told for name, told in STATES.items() if name != State.READ.value}}
"""Which findings the list can be asked for; those only read stand among the others."""


@dataclass(frozen=True)
class Card:
    """One finding in a list."""

    finding: KeptFinding
    kind: str
    shape: str
    certainty: str
    money: str
    look_on: date | None = None


@dataclass(frozen=True)
class ListPage:
    """The list, the look it comes from, and the one going on."""

    cards: tuple[Card, ...]
    state: str
    kind: str
    states: tuple[tuple[str, str, int], ...]
    kinds: tuple[tuple[str, str], ...]
    last: Run | None
    running: Run | None
    failed: Run | None
    present: Present


@dataclass(frozen=True)
class FindingPage:
    """One finding with its evidence and its history."""

    card: Card
    figures: tuple[Figure, ...]
    chart: Chart | None
    weeks: tuple[tuple[str, str], ...]
    quotes: tuple[str, ...]
    also: tuple[str, ...]
    notes: tuple[str, ...]
    look: str
    beside: tuple[str, str]
    has_rows: bool
    steps: tuple[FindingStep, ...]
    possible: tuple[State, ...]
    colleagues: tuple[Member, ...]
    initiative: InitiativePart


def build_list(*, state: str, kind: str, at: datetime) -> ListPage:
    """The findings in a state and of a kind; unknown ones are treated as not given."""
    state, kind = state if state in STANDING else "", kind if kind in KINDS else ""
    counts, newest = count_states(), find_newest()
    standing = sum(n for name, n in counts.items() if not State(name).is_settled)
    found = list_findings(state=state)
    present = {one.kind for one in found}
    return ListPage(
        cards=tuple(tell_card(one) for one in found if not kind or one.kind == kind),
        state=state,
        kind=kind,
        states=tuple((name, told, counts.get(name, 0) if name else standing) for name, told in STANDING.items()),
        kinds=tuple((name, told) for name, told in KINDS.items() if name in present),
        last=find_last_look(),
        running=find_running(),
        failed=newest if newest is not None and newest.stage == Run.Stage.FAILED else None,
        present=read_present(at),
    )


def build_finding(finding: KeptFinding, initiative: InitiativePart, *, seen_by: Member) -> FindingPage:
    """Everything one finding rests on, for a member; who may not see customers reads quotes with numbers covered."""
    told, slug = finding.evidence, seen_by.workspace.slug
    may_act, may_see = (seen_by.may(what) for what in ("act_on_findings", "see_customers"))
    return FindingPage(
        card=tell_card(finding),
        figures=tuple(Figure(one.label.capitalize(), one.estimate) for one in finding.figures),
        chart=_draw(finding),
        weeks=tuple((one.label, one.estimate.sentence()) for one in finding.course),
        quotes=tuple(quote if may_see else mask(quote) for quote in told.get("quotes", ())),
        also=tuple(told.get("also", ())),
        notes=tuple(told.get("notes", ())),
        look=_address(slug, told.get("look")),
        beside=_find_page_beside(slug, finding),
        has_rows=finding.trail is not None,
        steps=tuple(list_steps(finding)),
        possible=_list_possible(State(finding.state)) if may_act else (),
        colleagues=_list_colleagues(State(finding.state)) if may_act else (),
        initiative=initiative,
    )


def _list_colleagues(state: State) -> tuple[Member, ...]:
    """Whom it can be given to; nobody once it is settled."""
    return () if state.is_settled else tuple(one for one in list_members() if one.may("act_on_findings"))


@dataclass(frozen=True)
class RowsPage:
    """The newest facts behind a finding; each row with the address of its customer, where one is known."""

    finding: KeptFinding
    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[Any, ...], str], ...]
    limit: int


def build_rows(slug: str, finding: KeptFinding, *, seen_by: Member) -> RowsPage:
    """The rows of a finding that no measure holds. Raises NoSuchRows, NotAllowed."""
    found = read_finding_rows(finding, seen_by=seen_by)
    rows = tuple((row, _address_of_customer(slug, who)) for row, who in zip(found.rows, found.people, strict=True))
    return RowsPage(finding, found.heads, rows, found.limit)


def _address_of_customer(slug: str, key: str | None) -> str:
    try:
        return reverse("customers:customer", args=[slug, UUID(str(key))])
    except ValueError:
        return ""


def _draw(finding: KeptFinding) -> Chart | None:
    figures, course = finding.figures, finding.course
    if not finding.is_drawn or draw_finding(figures, course, width=WIDE) is None:
        return None
    title = "Week by week" if course else "Side by side"
    return Chart(
        "finding",
        f"{title}, with what chance may do to each figure",
        lambda width: draw_finding(figures, course, width=width) or {},
        "" if course or len(list_alike(figures)) == len(figures) else "Figures in other units stand above.",
    )


def tell_card(finding: KeptFinding) -> Card:
    """A finding as lists show it."""
    return Card(
        finding,
        KINDS.get(finding.kind, finding.kind),
        SHAPES[finding.tone],
        tell_certainty(finding.q),
        tell_money(finding),
        finding.initiative.look_on if hasattr(finding, "initiative") and finding.initiative.is_under_way else None,
    )


def as_rows(findings: Sequence[KeptFinding]) -> list[list[str | float | int]]:
    """Findings as a table: a head and one row each."""
    head: list[str | float | int] = [
        "kind", "finding", "a month", "spent in a year", "q", "worth", "state", "owner", "action",
    ]  # fmt: skip
    rows: list[list[str | float | int]] = [
        [
            one.kind,
            one.sentence,
            one.customers,
            round(one.money.amount, 2) if one.money else "",
            "" if one.q is None else round(one.q, 5),
            round(one.worth, 2),
            one.state,
            str(one.owner or ""),
            one.action,
        ]
        for one in findings
    ]
    return [head, *rows]


def _list_possible(state: State) -> tuple[State, ...]:
    if state in {State.NEW, State.READ}:
        return State.ACTING, State.DISMISSED
    if state is State.ACTING:
        return State.FIXED, State.DISMISSED
    if state is State.FIXED:
        return State.ACTING, State.DISMISSED
    return (State.NEW,) if state is State.DISMISSED else ()


def _find_page_beside(slug: str, finding: KeptFinding) -> tuple[str, str]:
    """The page that shows a finding among all others of its sort, and its name; empty where there is none."""
    if finding.kind == "driver":
        outcome, metric = finding.key.split(":")[1:3]
        if topic := name_topics().get(metric):
            return f"What was written of “{topic}”", reverse("voices:topic", args=[slug, metric])
        return "Everything that was looked at beside it", f"{reverse('matters:page', args=[slug])}?outcome={outcome}"
    if finding.kind == "churn_source":
        return "Everything known of those who left", reverse("leaving:page", args=[slug])
    return "", ""


def _address(slug: str, look: Mapping[str, Any] | None) -> str:
    if not look:
        return ""
    since, until = (date.fromisoformat(look[bound]) if look[bound] else None for bound in ("since", "until"))
    until = until - timedelta(days=1) if until else None  # an address names the last day, a look the first left out
    return address_of_measure(slug, look["measure"], by=look["by"], where=look["where"], since=since, until=until)
