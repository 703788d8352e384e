"""What a page of journeys is asked for: which process, whose, judged by what, along which path, how common."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from untilyes.analysis.journeys import Basis, JourneyLog, JourneyMap, JourneyPath, open_log
from untilyes.web.segments.choosing import SegmentChoice, read_choice

if TYPE_CHECKING:
    from untilyes.lake import Lake

SHARES: Final = (
    (0.0, "every edge"),
    (0.01, "1 % of journeys and more"),
    (0.05, "5 % and more"),
    (0.2, "20 % and more"),
)
USUAL: Final = 0.01
BASES: Final = {
    Basis.YES: "Whether they said yes",
    Basis.STAYED: "Whether they stayed",
    Basis.KEPT: "Whether promises were kept",
}


@dataclass(frozen=True)
class Asked:
    """The parameters of an address, as far as they make sense."""

    process: str
    basis: Basis | None
    path: str
    share: float
    customers: SegmentChoice
    at: datetime

    @classmethod
    def of(cls, parameters: Mapping[str, str], *, at: datetime) -> "Asked":
        """Read from an address; what is not known is left to the page. Raises NotFound for a segment that is gone."""
        shares = {f"{share:g}": share for share, _ in SHARES}
        known = {basis.value: basis for basis in Basis}
        return cls(
            parameters.get("process", ""),
            known.get(parameters.get("by", "")),
            parameters.get("path", ""),
            shares.get(parameters.get("share", ""), USUAL),
            read_choice(parameters),
            at,
        )

    def open_lake(self) -> "Lake":
        """The lake about the customers asked about."""
        return self.customers.open_lake(at=self.at)

    def open_log(self) -> AbstractContextManager[JourneyLog]:
        """Their journeys."""
        return open_log(self.open_lake(), process=self.process, basis=self.basis)

    def find_path(self, found: JourneyMap) -> JourneyPath | None:
        """The path asked for, or the commonest."""
        return next((path for path in found.paths if path.key == self.path), found.paths[0] if found.paths else None)


@dataclass(frozen=True)
class Choice:
    """One link that asks for something else; `address` is a query."""

    told: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Choices:
    """Which process and by what to judge, as links; empty where there is no choice."""

    processes: tuple[Choice, ...]
    bases: tuple[Choice, ...]
    query: str
    customers: SegmentChoice


def offer_choices(asked: Asked, log: JourneyLog) -> Choices:
    """The choices of every page of journeys, with what is chosen now."""
    chosen = log.process.key if log.process else ""
    processes = tuple(
        Choice(f"{one.told} …", _query(asked, process=one.key, path=""), one.key == chosen) for one in log.processes
    )
    bases = tuple(Choice(BASES[one], _query(asked, by=one.value), one is log.basis) for one in log.bases)
    return Choices(
        processes if len(processes) > 1 else (),
        bases if len(bases) > 1 else (),
        _query(asked, path="", share=""),
        asked.customers,
    )


def _query(asked: Asked, **changed: str) -> str:
    parameters = {
        "process": asked.process,
        "by": asked.basis.value if asked.basis else "",
        "path": asked.path,
        "segment": asked.customers.slug,
        "share": f"{asked.share:g}" if asked.share != USUAL else "",
    } | changed
    return "?" + urlencode({name: value for name, value in parameters.items() if value})
