"""A verdict: shape, word, colour. Any two of them are enough to read it."""

from dataclasses import dataclass
from typing import ClassVar, Final

from untilyes.stats.results import Verdict

SHAPES: Final = {
    Verdict.BETTER: "▲",
    Verdict.WORSE: "▼",
    Verdict.NO_REAL_CHANGE: "●",
    Verdict.TOO_FEW: "○",
}


@dataclass(frozen=True)
class Mark:
    """How a verdict looks."""

    verdict: Verdict
    template: ClassVar = "components/verdict/verdict.html"

    @property
    def shape(self) -> str:
        return SHAPES[self.verdict]

    @property
    def word(self) -> str:
        return self.verdict.label


def examples() -> list[Mark]:
    """All four."""
    return [Mark(verdict) for verdict in Verdict]
