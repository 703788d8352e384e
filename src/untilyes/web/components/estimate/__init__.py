"""An estimate in a row of figures: a name, the number, how sure we are, and where it leads."""

from dataclasses import dataclass
from typing import ClassVar

from untilyes.stats.results import Estimate


@dataclass(frozen=True)
class Figure:
    """One named number. `text` replaces the estimate where the number is a plain count."""

    name: str
    estimate: Estimate | None = None
    text: str = ""
    note: str = ""
    address: str = ""
    template: ClassVar = "components/estimate/figure.html"

    @property
    def number(self) -> str:
        return self.estimate.brief() if self.estimate else self.text

    @property
    def certainty(self) -> str:
        """What is said under the number: the note, or what to give or take."""
        if self.note or self.estimate is None:
            return self.note
        told = self.estimate.sentence()
        return told.partition(", ")[2].replace(" (n =", " · n =").rstrip(")") if "," in told else told


def examples() -> list[Figure]:
    """A share, a duration, a count."""
    return [
        Figure("No to yes", Estimate(0.81, 0.788, 0.832, 1203, "wilson")),
        Figure("Median time to yes", Estimate(155_520, 140_000, 171_000, 402, "order", unit="seconds")),
        Figure("Open cases", text="12", note="3 past target", address="#"),
        Figure("Trust", Estimate(None, None, None, 0, "multinomial", unit="points")),
    ]
