"""What happened to a promise."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class TargetMissed:
    """Our own stricter limit has passed: our matter, never the customer's."""

    clock_id: UUID
    about: str
    at: datetime


@dataclass(frozen=True)
class PromiseMissed:
    """What we told the customer did not come true in time."""

    clock_id: UUID
    about: str
    at: datetime


@dataclass(frozen=True)
class PromiseKept:
    """The clock stopped, in time or late."""

    clock_id: UUID
    about: str
    at: datetime


@dataclass(frozen=True)
class MissesFound:
    """One look at the clocks found these targets and promises missed; each is told of by an event of its own too."""

    targets: tuple[UUID, ...]
    promises: tuple[UUID, ...]
    at: datetime
