"""When something that is late already can honestly be expected: from how long as late ones took; never writes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from untilyes.promises.models import Clock
from untilyes.stats import Estimate, estimate_survival

SHARE = 0.8
FEWEST = 20
"""With fewer like it to go by we name no day."""


@dataclass(frozen=True)
class Expectation:
    """By when a clock stops with a chance of `share`. `took` is how long such ones took altogether, with its n."""

    by: datetime
    share: float
    took: Estimate


def find_expectation(clock: Clock, *, at: datetime) -> Expectation | None:
    """When this clock will have stopped, as four in five of those did that had run as long; None where too few did.

    Time as the customer experiences it, of every clock of the same promise that ran at least as long as this one has;
    those still running count as such (Kaplan-Meier).
    """
    so_far = (at - clock.promised_at).total_seconds()
    alike = [(took, over) for took, over in _list_durations(clock, at) if took > so_far]
    if len(alike) < FEWEST:
        return None
    took = estimate_survival([took for took, _ in alike], [over for _, over in alike]).quantile(SHARE)
    return Expectation(clock.promised_at + timedelta(seconds=took.value), SHARE, took) if took.value else None


def find_clock(clock_id: UUID) -> Clock | None:
    """The clock an event names, or None when it was forgotten meanwhile."""
    return Clock.objects.select_related("promise", "customer").filter(pk=clock_id).first()


def _list_durations(clock: Clock, at: datetime) -> list[tuple[float, float]]:
    """Seconds since it was promised and whether it was kept (1) or runs (0), of every other clock of the promise."""
    others = Clock.objects.filter(promise=clock.promise_id, withdrawn_at=None, promised_at__lt=at).exclude(pk=clock.pk)
    times = others.values_list("promised_at", "kept_at")
    return [
        (((kept_at or at) - promised_at).total_seconds(), 1.0 if kept_at and kept_at <= at else 0.0)
        for promised_at, kept_at in times
    ]
