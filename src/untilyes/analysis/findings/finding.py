"""What a finding is: a sentence with its size, its certainty, its evidence and its action."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from untilyes.stats.results import Change, Estimate, Verdict

if TYPE_CHECKING:  # the engine takes a second to load, and most who read findings never ask it
    import ibis.expr.types as ir

Who = Callable[[], "ir.Table"]
"""Asks the engine for people: one column, `who`, in which somebody may stand more than once or not be known."""


class Kind(StrEnum):
    """What sort of thing was found."""

    CHANGE = "change"
    DIFFERENCE = "difference"
    DRIVER = "driver"
    THRESHOLD = "threshold"
    EMERGING_TOPIC = "emerging_topic"
    CHURN_SOURCE = "churn_source"
    BROKEN_PROMISE = "broken_promise"
    JOURNEY_BREAK = "journey_break"
    DATA_QUALITY = "data_quality"


class Tone(StrEnum):
    """Whether it is good or bad for customers, or neither."""

    BETTER = "better"
    WORSE = "worse"
    NEITHER = "neither"


@dataclass(frozen=True)
class Look:
    """Where to see it: a measure, cut and filtered, that the measures page can show."""

    measure: str
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Trail:
    """Where its rows are when no measure holds them: a question of `findings.rows`, and what it is asked about."""

    question: str
    given: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One number of the evidence, with what it is; in a course its label is the day it begins on (ISO)."""

    label: str
    estimate: Estimate

    def to_dict(self) -> dict[str, Any]:
        return {"label": self.label, **self.estimate.to_dict(), "told": self.estimate.sentence()}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Figure":
        """The figure again, from its plain types."""
        return cls(str(told["label"]), Estimate(**{name: told[name] for name in _KEPT}))


_KEPT = ("value", "low", "high", "n", "method", "level", "unit")


@dataclass(frozen=True)
class Reading:
    """One figure before the day and since."""

    told: str
    change: Change

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        return {"told": self.told, "change": self.change.to_dict()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Reading":
        """The reading again, from its plain types."""
        told = {name: value for name, value in kept["change"].items() if name != "unit"}
        sides = {side: Estimate(**told[side]) for side in ("before", "after")}
        return cls(str(kept["told"]), Change(**{**told, **sides, "verdict": Verdict(told["verdict"])}))


@dataclass(frozen=True)
class Money:
    """What the customers a finding is about spent in the last year, what share of all spending that is, and how many.

    Counted from purchases; not what the finding costs, which nobody knows.
    """

    amount: float
    share: float
    customers: int

    def tell(self, currency: str) -> str:
        """ "they spent EUR 12,300 in the last year, 8 % of all purchases (140 customers)"."""
        amount = f"{currency} {round(self.amount, -2 if self.amount >= 10_000 else 0):,.0f}"
        share = f"{self.share:.0%}" if self.share >= 0.01 else "less than 1%"
        share = share.replace("%", " %")
        return f"they spent {amount} in the last year, {share} of all purchases ({self.customers:,} customers)"


@dataclass(frozen=True)
class Finding:
    """Something true that somebody can act on.

    `key` names the thing itself, not the wording, so that the same finding is recognised in every run. `customers` is
    how many people (or answers, promises, journeys, where the sentence says so) it concerns in a usual month, `effect`
    how much worse or better each of them fares (0..1), and `worth`, by which findings are ranked, their product weighed
    by certainty. `q` is the share of false findings to be expected among all that are at least as sure, over everything
    examined in the run; None for what was counted, not tested.
    `figures` are what it rests on, `course` the same week by week where it has one. `watch` says which figures to read
    before a day and since, to see whether it was mended (`findings.watching`).
    """

    kind: Kind
    key: str
    sentence: str
    tone: Tone
    customers: int
    effect: float
    action: str
    q: float | None = None
    change: Change | None = None
    figures: tuple[Figure, ...] = ()
    course: tuple[Figure, ...] = ()
    money: Money | None = None
    quotes: tuple[str, ...] = ()
    look: Look | None = None
    rows: Trail | None = None
    watch: Trail | None = None
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        """Customers × effect × certainty: people a month who would have had a yes, discounted by doubt."""
        return self.customers * abs(self.effect) * (1.0 - (self.q or 0.0))

    def to_dict(self) -> dict[str, Any]:
        """Plain types, ready for JSON."""
        return {
            "kind": self.kind.value,
            "key": self.key,
            "sentence": self.sentence,
            "tone": self.tone.value,
            "customers": self.customers,
            "effect": self.effect,
            "worth": self.worth,
            "q": self.q,
            "action": self.action,
            "change": self.change.to_dict() if self.change else None,
            "figures": [figure.to_dict() for figure in self.figures],
            "course": [figure.to_dict() for figure in self.course],
            "money": asdict(self.money) if self.money else None,
            "quotes": list(self.quotes),
            "look": _plain(asdict(self.look)) if self.look else None,
            "rows": asdict(self.rows) if self.rows else None,
            "watch": asdict(self.watch) if self.watch else None,
            "notes": list(self.notes),
            "also": list(self.also),
        }


@dataclass(frozen=True)
class Candidate:
    """Something that was examined, whatever came out: every one counts in the correction for how many there were.

    `p` is the chance of as much without anything behind it; None when nothing was tested (a count that speaks for
    itself). `matters` is whether the effect is large enough for anybody to act on. `tell` makes the finding, and is
    called only for what is real. `explained_by` names candidates that make this one go away when they are found as
    well, the likeliest first; `explains` names candidates that this one makes go away, where only this side can know.
    `people` asks whom it is about. `claim` is what is said of them: the same claim about the same people under two
    names (a country and its zone) is one finding; empty where no other examiner could say it of them.
    """

    key: str
    p: float | None
    matters: bool
    tell: Callable[[], Finding]
    explained_by: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    people: Who | None = None
    claim: str = ""


def _plain(look: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in look.items()}
