"""The yes-share of one outcome along the margin of one promise, its cliff and its plateau, and how they are told."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from untilyes.stats.results import Change, Estimate

FEWEST_FOR_PLATEAU: Final = 100
MATTERS: Final = 0.03
"""A gain whose plausible values all stay below this share is none worth working for."""


class Shape(StrEnum):
    """What customers say the earlier they were served, while the promise is kept."""

    PLATEAU = "plateau"  # better up to a margin, and no further
    FLAT = "flat"  # no better at any margin
    RISING = "rising"  # better; whether it ever stops cannot be told
    UNKNOWN = "unknown"  # too few kept promises with an answer


@dataclass(frozen=True)
class MarginPoint:
    """Answers within a stretch of margin, in days before (positive) or after the promised time; `at` is their mean."""

    at: float
    low: float
    high: float
    yes: Estimate


@dataclass(frozen=True)
class Plateau:
    """Beyond which margin customers say no better. `begins` is in days, where earliness goes with better at all.

    `beyond` compares answers closer to the promised time than `begins` (before) with those at it and further (after).
    With the shape "rising" a gain that never ends fits the answers about as well, and `begins` is a guess.
    """

    shape: Shape
    begins: Estimate | None = None
    beyond: Change | None = None


@dataclass(frozen=True)
class Surplus:
    """What margin beyond `point` (days before the promised time) still buys.

    `point` is the latest place where the plateau may begin, or the promised time where no gain is seen at all. `gain`
    goes from the nearer half of the answers beyond it to the further half, so that what found the point does not judge
    it; `split` is the margin between the halves.
    """

    point: float
    split: float
    gain: Change
    matters: float = MATTERS

    @property
    def nearer(self) -> str:
        """The nearer half in words."""
        return f"{self.point:.1f} to {self.split:.1f} days early" if self.point > 0 else "later but in time"

    @property
    def buys_nothing(self) -> bool:
        """Whether every plausible gain is too small to work for."""
        return self.gain.high is not None and self.gain.high < self.matters


@dataclass(frozen=True)
class Words:
    """How an outcome is told: what customers do, what they would do, in short, and what is counted."""

    do: str = "say yes"
    would: str = "say yes"
    short: str = "yes"
    counted: str = "answers"
    with_kept: str = "answers about kept promises"
    with_broken: str = "answers to broken promises"
    nobody: str = "Nobody has answered about this promise yet."
    earlier: str = "Being served earlier goes with more yeses"
    more: str = "At the rate of kept ones {} more of these answers ({}) would be good."


_MARKS: Final = "Being served earlier goes with more good marks"
WORDS: Final[Mapping[str, Words]] = {
    "trust": Words("trust us", "trust us", earlier="Being served earlier goes with more trust"),
    "csat": Words("give one of the two best marks", "give one of the two best marks", "good marks", earlier=_MARKS),
    "ces": Words(
        "give one of the two easiest marks", "give one of the two easiest marks", "good marks", earlier=_MARKS
    ),
    "nps": Words("would recommend us (9 or 10)", "recommend us (9 or 10)", earlier=_MARKS),
    "stayed": Words(
        "are still customers 180 days later",
        "still be customers 180 days later",
        "stayed",
        "customers",
        "customers with kept promises",
        "customers with broken promises",
        "Who stayed after this promise is not known yet.",
        "Being served earlier goes with staying",
        "At the rate of kept ones {} more of them ({}) would have stayed.",
    ),
}


@dataclass(frozen=True)
class MarginCurve:
    """The yes-share of one outcome along the margin of one promise.

    `cliff` goes from kept to broken; `cost` is how many answers to broken promises would have been a yes had they said
    it as often as those to kept ones. `undelivered` are answers about promises that were past due and not delivered:
    they have no margin and no point, and count as broken. `scale` is the answers' scale, `n` all of them.
    """

    promise: str
    outcome: str
    scale: str | None
    points: tuple[MarginPoint, ...]
    kept: Estimate
    broken: Estimate
    undelivered: Estimate
    cliff: Change
    cost: Estimate
    plateau: Plateau
    surplus: Surplus | None = None
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        """How its outcome is told."""
        return WORDS.get(self.outcome, Words())

    @property
    def n(self) -> int:
        """Answers (or customers) behind the curve, kept and broken."""
        return round(self.kept.n + self.broken.n)

    @property
    def sentence(self) -> str:
        """How customers answer where the promise is kept and where it is broken, and beyond which margin no better."""
        if not self.n:
            return self.words.nobody
        return f"{self._tell_cliff()} {self._tell_plateau()}"

    @property
    def suggestion(self) -> str:
        """Where effort would do more than in being earlier still; empty where nothing shows that it buys nothing."""
        if self.surplus is None or not self.surplus.buys_nothing or not self.broken.n:
            return ""
        words, gain = self.words, self.surplus.gain
        told = (
            f"Customers served more than {self.surplus.split:.1f} days early {words.do} no more often than those "
            f"served {self.surplus.nearer}: {gain.after} against {gain.before}, a gain of {_tell_gain(gain)}."
        )
        if not self.cliff.is_real:
            return told
        return (
            f"{told} There is more to win among the {self.broken.n:,.0f} {words.with_broken}: at the rate of kept "
            f"ones {self.cost.brief()} more of them ({_ends(self.cost)}) would {words.would}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        return {
            **asdict(self),
            "cliff": self.cliff.to_dict(),
            "plateau": {
                "shape": self.plateau.shape.value,
                "begins": self.plateau.begins.to_dict() if self.plateau.begins else None,
                "beyond": self.plateau.beyond.to_dict() if self.plateau.beyond else None,
            },
            "surplus": asdict(self.surplus) | {"gain": self.surplus.gain.to_dict()} if self.surplus else None,
            "n": self.n,
            "sentence": self.sentence,
        }

    def _tell_cliff(self) -> str:
        words = self.words
        if not self.broken.n or not self.kept.n:
            side, shown = ("kept", self.kept) if self.kept.n else ("broken", self.broken)
            return f"Every promise that was counted was {side}: {shown} {words.do}."
        told = f"When the promise is kept, {self.kept} {words.do}; when it is broken, {self.broken}."
        if not self.cliff.is_real:
            return f"{told} The difference is within what chance does."
        return f"{told} {words.more.format(self.cost.brief(), _ends(self.cost))}"

    def _tell_plateau(self) -> str:
        match self.plateau.shape:
            case Shape.PLATEAU if self.plateau.begins is not None:
                return (
                    f"{self.words.earlier} up to {_tell_place(self.plateau.begins)}; "
                    "beyond that no further gain is seen."
                )
            case Shape.RISING if self.plateau.begins is not None:
                return (
                    f"{self.words.earlier}; the gain seems to end {_tell_place(self.plateau.begins)}, "
                    f"but a gain that never ends fits these {self.words.counted} nearly as well."
                )
            case Shape.FLAT:
                return (
                    "While the promise is kept, being served earlier goes with no real gain: "
                    "the plateau begins at the promised time."
                )
            case _:
                return f"Fewer than {FEWEST_FOR_PLATEAU} {self.words.with_kept}: too few to see a plateau."


def _tell_gain(change: Change) -> str:
    """A difference of shares in points with its ends."""
    ends = (100 * (end or 0.0) for end in (change.delta, change.low, change.high))
    return "{:+.1f} points, plausibly {:+.1f} to {:+.1f}".format(*ends).replace("-", "−")


def _tell_place(at: Estimate) -> str:
    return f"{at.brief(decimals=1)} before the promised time (plausibly {_ends(at)})"


def _ends(estimate: Estimate) -> str:
    decimals = 0 if estimate.unit == "score" else 1
    return f"{estimate.low:.{decimals}f} to {estimate.high:.{decimals}f}"
