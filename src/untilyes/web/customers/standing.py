"""How a customer stands, in words: their box with what it rests on, and the journeys that left the usual path."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from untilyes.cases.queries import Engagement, OpenException, Standing
from untilyes.stats.engagement import Box

if TYPE_CHECKING:
    from untilyes.analysis.engagement import Placed

SHOWN: Final = 3
SPACE: Final = "\N{NO-BREAK SPACE}"
TOLD: Final = 0.8
"""Boxes are told until their chances sum up to this."""
BOXES: Final = {
    Box.ENGAGED: ("Engaged", "uses us and is glad of it", "Thank them, and ask whether they would tell others."),
    Box.CAPTIVE: (
        "Captive",
        "uses us without liking it, and leaves when they can",
        "Solve this one for good; what they buy does not show the risk.",
    ),
    Box.FAN: ("Fan", "likes us and hardly uses us", "Ask what keeps them from it."),
    Box.DISTANT: ("Distant", "neither uses us much nor likes us", "Ask what is missing before anything is offered."),
}
TRUST: Final = {2.0: "yes", 1.0: "sometimes", 0.0: "no"}


@dataclass(frozen=True)
class EngagementTold:
    """A customer's box in words; `name` is empty where nobody can be placed, then `told` says why."""

    name: str
    told: str
    to_do: str
    does: str
    says: str
    last_on: date


@dataclass(frozen=True)
class StandingTold:
    """Both; `more` exceptions are not shown. `engagement` is None until everybody was counted once."""

    engagement: EngagementTold | None
    exceptions: Sequence[OpenException]
    more: int


def tell_standing(found: Standing) -> StandingTold:
    """The words for what was found."""
    told = tell_engagement(found.engagement) if found.engagement else None
    return StandingTold(told, found.exceptions[:SHOWN], max(0, len(found.exceptions) - SHOWN))


def tell_engagement(found: Engagement) -> EngagementTold:
    """The box with how sure it is, and what it rests on."""
    last_on = found.until - timedelta(days=1)
    placed, does, says = found.placed, _tell_doing(found), _tell_feeling(found)
    if placed is None:
        return EngagementTold("", _tell_why_not(found), "", does, says, last_on)
    if placed.box is None:
        return EngagementTold("", f"not clear: {_tell_chances(placed)}", "", does, says, last_on)
    name, told, to_do = BOXES[placed.box]
    return EngagementTold(name, f"{told}; {100 * placed.chances[0][1]:.0f}{SPACE}% sure", to_do, does, says, last_on)


def _tell_chances(placed: "Placed") -> str:
    """The boxes that together are sure enough: "engaged 44 %, captive 38 %"."""
    told, sure = [], 0.0
    for box, chance in placed.chances:
        told.append(f"{BOXES[box][0].lower()} {100 * chance:.0f}{SPACE}%")
        sure += chance
        if sure >= TOLD:
            break
    return ", ".join(told)


def _tell_why_not(found: Engagement) -> str:
    if not found.feels.is_known:
        return "not known: they have not said in this year how they find us"
    if found.does is None:
        return "not known: nothing tells what customers do of their own accord, or too few are known"
    return "not known: too few customers have answered to compare with"


def _tell_doing(found: Engagement) -> str:
    does, placed = found.does, found.placed
    if does is None:
        return ""
    if not does.days:
        told = "nothing bought and no visit in the year"
    else:
        days = "1 day" if does.days == 1 else f"{does.days} days"
        ways = "one way" if does.ways == 1 else f"{does.ways} ways"
        told = f"bought or visited on {days} of the year, in {ways}, last {_tell_ago(does.silence)}"
    if placed is None:
        return told
    here = "came within the year" if found.is_new else "have been here longer"
    return f"{told}; rank {_rank(placed.does)} of 100 among {placed.does_among:,} customers who {here}"


def _tell_ago(days: float) -> str:
    return {0: "on the last day", 1: "a day before"}.get(int(days), f"{days:.0f} days before")


def _tell_feeling(found: Engagement) -> str:
    feels, placed = found.feels, found.placed
    said = []
    if feels.asked:
        said.append(f"{feels.yes} of {feels.asked} interaction{'' if feels.asked == 1 else 's'} a yes")
    if feels.trust is not None:
        said.append(f"trust: {TRUST.get(feels.trust, feels.trust)}")
    if feels.nps is not None:
        said.append(f"would recommend: {feels.nps:g} of 10")
    told = ", ".join(said)
    if placed is None or not told:
        return told
    return f"{told}; rank {_rank(placed.feels)} of 100 among {placed.feels_among:,} who answered"


def _rank(share: float) -> int:
    return round(100 * share)
