"""What a driver analysis returns: drivers, strongest first, and what must be read before believing them."""

from dataclasses import dataclass
from enum import StrEnum

from untilyes.stats.results import Estimate
from untilyes.stats.told import Note, Told, paragraph, say


class Direction(StrEnum):
    """Which way a driver moves the outcome, alone and beside the others."""

    UP = "up"
    DOWN = "down"
    SUPPRESSOR = "suppressor"  # its sign turns once the others are held still
    MIXED = "mixed"  # a group of columns has no single direction


@dataclass(frozen=True, slots=True)
class Driver(Told):
    """One driver. `share` is its part of what is explained (0..1), `contribution` its part of R².

    `p` tests whether it adds anything to the others, `q` is `p` corrected for all drivers looked at (BH),
    `is_real` says q ≤ 0.05. Drivers without a common letter in `letters` are told apart. `correlation` and
    `beta` are None for groups of columns.
    """

    name: str
    share: Estimate
    contribution: float
    p: float
    q: float
    is_real: bool
    direction: Direction
    correlation: float | None
    beta: float | None
    vif: float
    rank_best: int | None = None
    rank_worst: int | None = None
    letters: str = ""

    def sentence(self, locale: str = "en") -> str:
        """Name, share and direction; or that it is not a driver as far as these data tell."""
        kind = f"driver.{self.direction.value}" if self.is_real else "driver.unproven"
        return say(kind, locale, name=self.name, share=self.share)


@dataclass(frozen=True, slots=True)
class Drivers(Told):
    """A driver analysis: strongest first. `value`, `low`, `high` are R² and its interval.

    `notes` must be read before the list is believed; `why` tells why `method` was picked.
    """

    outcome: str
    drivers: tuple[Driver, ...]
    r2: Estimate
    adjusted_r2: float
    p: float
    n: float
    method: str
    test: str
    why: Note
    notes: tuple[Note, ...]

    @property
    def value(self) -> float | None:
        """R²: the share of the outcome's variance that all drivers explain together."""
        return self.r2.value

    @property
    def low(self) -> float | None:
        """Lower end of R²."""
        return self.r2.low

    @property
    def high(self) -> float | None:
        """Upper end of R²."""
        return self.r2.high

    @property
    def real(self) -> tuple[Driver, ...]:
        """The drivers that survive the false discovery rate."""
        return tuple(driver for driver in self.drivers if driver.is_real)

    def sentence(self, locale: str = "en") -> str:
        """What matters, what does not, and the warnings."""
        names = tuple(driver.name for driver in self.real)
        unproven = tuple(driver.name for driver in self.drivers if not driver.is_real)
        head = (
            say("drivers.real", locale, drivers=names, outcome=self.outcome, explained_share=self.r2.value or 0.0)
            if names
            else say("drivers.none", locale, outcome=self.outcome, n=self.n)
        )
        tail = [say("drivers.unproven", locale, drivers=unproven)] if names and unproven else []
        return paragraph([head, *tail, *self.notes], locale)
