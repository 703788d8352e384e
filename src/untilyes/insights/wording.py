"""How findings are said to people: kinds, states, certainty; the same on pages, in mail and on paper."""

from typing import Final

from untilyes.insights.models import Initiative, KeptFinding
from untilyes.insights.rules import State
from untilyes.workspaces.tenancy import current_workspace

KINDS: Final = {
    "change": "Change",
    "difference": "Difference",
    "driver": "What matters",
    "threshold": "Where customers turn",
    "emerging_topic": "In their words",
    "churn_source": "Who leaves",
    "broken_promise": "Broken promise",
    "journey_break": "Break in the journey",
    "data_quality": "Data",
}
SHAPES: Final = {"better": "▲", "worse": "▼", "neither": "●"}
STATES: Final = {
    State.NEW.value: "New",
    State.READ.value: "Read",
    State.ACTING.value: "Being acted on",
    State.FIXED.value: "Said to be fixed",
    State.VERIFIED.value: "Verified by the measure",
    State.DISMISSED.value: "Dismissed",
    State.GONE.value: "No longer found",
}


def tell_money(finding: KeptFinding) -> str:
    """What its customers spent, in the workspace's currency; nothing where it has none or nobody knows."""
    currency, money = current_workspace().currency, finding.money
    return money.tell(currency) if currency and money else ""


def tell_outcome(initiative: Initiative) -> str:
    """What the measure says since it began, in a sentence; why it says nothing, where it does not."""
    if initiative.read:
        first = initiative.read[0]
        return f"{first.told[:1].upper()}{first.told[1:]}. {first.change.sentence()}."
    if initiative.finding.watch is None:
        return "No single figure says whether it helped; a later look says whether it is still found."
    return "Too little is known of the time since to say anything."


def tell_certainty(q: float | None) -> str:
    """What a finding's q means, in words."""
    if q is None:
        return "counted, not estimated"
    if q < 0.001:
        return "chance would hardly ever show this: fewer than 1 in 1,000 findings as sure are false"
    return f"of findings as sure as this, about {max(round(q * 100, 1), 0.1):g} in 100 are false"
