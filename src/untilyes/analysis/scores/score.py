"""Which scores a lake holds, and the bands people speak of."""

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.measures import MEASURES, Measure
from untilyes.lake import Lake

ASKED: Final = ("nps", "csat", "ces", "trust")
FIXED: Final = {"nps": "0..10", "trust": "0..2"}
_NAMED: Final = {
    "nps": (("detractors", 0, 6), ("passives", 7, 8), ("promoters", 9, 10)),
    "trust": (("no", 0, 0), ("sometimes", 1, 1), ("yes", 2, 2)),
}


@dataclass(frozen=True)
class Band:
    """A stretch of a scale under the name people give it; both ends count."""

    name: str
    low: int
    high: int

    @property
    def told(self) -> str:
        """ "promoters (9 to 10)"."""
        ends = f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"
        return f"{self.name} ({ends})"


@dataclass(frozen=True)
class Score:
    """One score on one scale: scales are never mixed. `given` is how many answers there are."""

    question: str
    scale: str
    given: int

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.question}:{self.scale}"

    @property
    def measure(self) -> Measure:
        return MEASURES[self.question]

    @property
    def where(self) -> dict[str, str]:
        """What narrows the measure to this scale; nothing where it knows only one."""
        return {} if self.question in FIXED else {"scale": self.scale}

    @property
    def ends(self) -> tuple[int, int]:
        low, _, high = self.scale.partition("..")
        return int(low), int(high)

    @property
    def bands(self) -> tuple[Band, ...]:
        """From the worst to the best. Without names of their own: the two best, and the rest around its middle."""
        if self.question in _NAMED:
            return tuple(Band(*band) for band in _NAMED[self.question])
        low, high = self.ends
        if high - low < 3:
            return tuple(Band(f"{value}", value, value) for value in range(low, high + 1))
        middle = (low + high - 2) // 2
        return (Band("low", low, middle), Band("middle", middle + 1, high - 2), Band("top two", high - 1, high))


def list_scores(lake: Lake) -> tuple[Score, ...]:
    """The scores anybody was ever asked for, those most often given first within each question."""

    def question() -> ir.Table:
        answers = read_given(lake)
        return answers.group_by("question", "scale").aggregate(n=answers.count())

    rows = lake.fetch(question).to_pylist()
    known = [Score(row["question"], row["scale"], row["n"]) for row in rows if _is_known(row["question"], row["scale"])]
    return tuple(sorted(known, key=lambda one: (ASKED.index(one.question), -one.given, one.scale)))


def read_given(lake: Lake) -> ir.Table:
    """Every score as given, turned so that the high end is the good one: `question`, `scale`, `score` and the facts'
    own columns. The same turning and rounding as the measures'.
    """
    answers = lake.read("answers")
    low, high, value = answers["scale_min"], answers["scale_max"], answers["value"]
    answers = answers.filter(answers["question"].isin(ASKED), value.between(low, high), high > low)
    turned = (answers["higher_is_better"] == False).ifelse(low + high - value, value)  # noqa: E712 - null is not false
    scale = low.cast("int64").cast("string") + ibis.literal("..") + high.cast("int64").cast("string")
    return answers.mutate(scale=scale, score=turned.floor().cast("int64"))


def _is_known(question: str, scale: str) -> bool:
    return FIXED.get(question, scale) == scale
