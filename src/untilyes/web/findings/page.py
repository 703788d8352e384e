"""What the pages of findings show, in plain parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from untilyes.insights.models import FindingStep, KeptFinding, Run
from untilyes.insights.queries import count_states, find_last_look, find_newest, find_running, list_findings, list_steps
from untilyes.insights.rules import State
from untilyes.stats.results import Estimate
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.estimate import Figure

KINDS: Final = {
    "change": "Change",
    "difference": "Difference",
    "driver": "What matters",
    "threshold": "Where customers turn",
    "emerging_topic": "New in their words",
    "churn_source": "Why customers leave",
    "broken_promise": "Broken promise",
    "journey_break": "Break in the journey",
    "data_quality": "Data",
}
SHAPES: Final = {"better": "▲", "worse": "▼", "neither": "●"}
STATES: Final = {
    "": "Standing",
    State.NEW.value: "New",
    State.ACTING.value: "Being acted on",
    State.FIXED.value: "Said to be fixed",
    State.VERIFIED.value: "Verified by the measure",
    State.DISMISSED.value: "Dismissed",
    State.GONE.value: "No longer found",
}


@dataclass(frozen=True)
class Card:
    """One finding in a list."""

    finding: KeptFinding
    kind: str
    shape: str
    certainty: str


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


@dataclass(frozen=True)
class FindingPage:
    """One finding with its evidence and its history."""

    card: Card
    figures: tuple[Figure, ...]
    quotes: tuple[str, ...]
    also: tuple[str, ...]
    notes: tuple[str, ...]
    look: str
    steps: tuple[FindingStep, ...]
    possible: tuple[State, ...]


def build_list(*, state: str, kind: str) -> ListPage:
    """The findings in a state and of a kind; unknown ones are treated as not given."""
    state, kind = state if state in STATES else "", kind if kind in KINDS else ""
    counts, newest = count_states(), find_newest()
    standing = sum(n for name, n in counts.items() if not State(name).is_settled)
    found = list_findings(state=state)
    present = {one.kind for one in found}
    return ListPage(
        cards=tuple(tell_card(one) for one in found if not kind or one.kind == kind),
        state=state,
        kind=kind,
        states=tuple((name, told, counts.get(name, 0) if name else standing) for name, told in STATES.items()),
        kinds=tuple((name, told) for name, told in KINDS.items() if name in present),
        last=find_last_look(),
        running=find_running(),
        failed=newest if newest is not None and newest.stage == Run.Stage.FAILED else None,
    )


def build_finding(slug: str, finding: KeptFinding, *, may_act: bool) -> FindingPage:
    """Everything one finding rests on."""
    told = finding.evidence
    return FindingPage(
        card=tell_card(finding),
        figures=tuple(_figure(figure) for figure in told.get("figures", ())),
        quotes=tuple(told.get("quotes", ())),
        also=tuple(told.get("also", ())),
        notes=tuple(told.get("notes", ())),
        look=_address(slug, told.get("look")),
        steps=tuple(list_steps(finding)),
        possible=_list_possible(State(finding.state)) if may_act else (),
    )


def tell_card(finding: KeptFinding) -> Card:
    """A finding as lists show it."""
    return Card(finding, KINDS.get(finding.kind, finding.kind), SHAPES[finding.tone], _tell_certainty(finding.q))


def as_rows(findings: Sequence[KeptFinding]) -> list[list[str | float | int]]:
    """Findings as a table: a head and one row each."""
    head: list[str | float | int] = ["kind", "finding", "customers a month", "q", "worth", "state", "owner", "action"]
    rows: list[list[str | float | int]] = [
        [
            one.kind,
            one.sentence,
            one.customers,
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


def _tell_certainty(q: float | None) -> str:
    if q is None:
        return "counted, not estimated"
    if q < 0.001:
        return "chance would hardly ever show this: fewer than 1 in 1,000 findings as sure are false"
    return f"of findings as sure as this, about {max(round(q * 100, 1), 0.1):g} in 100 are false"


def _figure(told: Mapping[str, Any]) -> Figure:
    known = {name: told[name] for name in ("value", "low", "high", "n", "method", "level", "unit")}
    return Figure(str(told["label"]).capitalize(), Estimate(**known))


def _address(slug: str, look: Mapping[str, Any] | None) -> str:
    if not look:
        return ""
    since, until = (date.fromisoformat(look[bound]) if look[bound] else None for bound in ("since", "until"))
    until = until - timedelta(days=1) if until else None  # an address names the last day, a look the first left out
    return address_of_measure(slug, look["measure"], by=look["by"], where=look["where"], since=since, until=until)
