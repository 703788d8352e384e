"""What is known to be so in the simulated company: the numbers an honest analysis must find, and those it must not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class PromiseTruth:
    """A public promise, its stricter target, and what keeping it is worth.

    Times to delivery are log-normal (`median_days`, `sigma`). With margin = due minus kept, in days, the chance of a
    yes is flat above `pays_until`, falls in a straight line to `yes_at_due` at margin 0 and drops to `yes_broken` on
    the late side, from where every further day costs `yes_per_late_day` more, never below `yes_floor`.
    """

    key: str
    name: str
    limit: timedelta
    target: timedelta
    median_days: float
    sigma: float
    pays_until: float
    yes_plateau: float
    yes_at_due: float
    yes_broken: float
    yes_per_late_day: float
    yes_floor: float

    def chance_of_yes(self, margin_days: Floats) -> Floats:
        """Return the chance of a yes (0..1) for each margin in days."""
        slope = (self.yes_plateau - self.yes_at_due) / self.pays_until if self.pays_until else 0.0
        kept = np.minimum(self.yes_plateau, self.yes_at_due + slope * margin_days)
        broken = np.maximum(self.yes_floor, self.yes_broken + self.yes_per_late_day * margin_days)
        return np.where(margin_days >= 0, kept, broken)


@dataclass(frozen=True)
class Worsening:
    """One touchpoint on one channel where what ends from a known instant on has a lower chance of a yes, and why."""

    touchpoint: str
    channel: str
    at: datetime
    yes_before: float
    yes_after: float
    cause: str


@dataclass(frozen=True)
class WaitTruth:
    """Two good steps and a bad gap: of one touchpoint's episodes a `share` needs somebody outside asked in between.

    Waiting for them is log-normal (`median_hours`, `sigma`). Who waits longer than `limit` says yes less often by
    `costs` (a share) than who does not; how long beyond it changes nothing more.
    """

    touchpoint: str
    before: str
    after: str
    share: float
    median_hours: float
    sigma: float
    limit: timedelta
    costs: float


@dataclass(frozen=True)
class ChurnSource:
    """A reason customers leave: the hazard is multiplied by `hazard_ratio` during `periods` 30-day periods after it.

    `exposed` counts customer-periods under it; `size` is the share of all expected leavers that it adds.
    """

    key: str
    hazard_ratio: float
    periods: int
    exposed: int = 0
    size: float = 0.0


@dataclass(frozen=True)
class Wobble:
    """Season and weekday: real in volume, harmless in score, never a reason to act.

    `volume_by_weekday` and `yes_by_weekday` run Monday to Sunday; the yes shifts are added to the chance of a yes.
    """

    volume_by_weekday: tuple[float, ...] = (1.12, 1.04, 1.0, 0.98, 1.02, 0.86, 0.98)
    december_volume: float = 1.7
    yes_by_weekday: tuple[float, ...] = (-0.012, -0.004, 0.0, 0.004, 0.008, 0.006, -0.002)
    december_yes: float = -0.015


@dataclass(frozen=True)
class TrustTruth:
    """Chances of yes, sometimes, no to "do you trust us?" after each kind of experience; the weak leg named."""

    after_success: tuple[float, float, float] = (0.72, 0.21, 0.07)
    after_failure: tuple[float, float, float] = (0.52, 0.29, 0.19)
    after_broken_promise: tuple[float, float, float] = (0.34, 0.36, 0.30)
    reliability_after_broken_promise: float = 0.75
    weak_leg_otherwise: tuple[float, float, float] = (0.30, 0.45, 0.25)  # sincerity, competence, reliability


@dataclass(frozen=True)
class NpsTruth:
    """Weights of the answers 0 to 10: the same in every quarter, so no movement between quarters is real."""

    usual: tuple[float, ...] = (1.5, 0.5, 1, 1.5, 2, 6, 6, 13, 20, 19.5, 29)
    after_broken_promise: tuple[float, ...] = (6, 2, 4, 5, 6, 12, 11, 16, 17, 9, 12)


@dataclass(frozen=True)
class Truths:
    """Everything planted in one simulated company. Times are UTC; shares are 0..1."""

    since: datetime
    until: datetime
    delivery: PromiseTruth
    refund: PromiseTruth
    worsening: Worsening
    wait: WaitTruth
    churn: tuple[ChurnSource, ...]
    base_hazard: float  # chance to leave within 30 days when nothing pushes
    fee_rise_at: datetime  # members pay more from here on
    yes_usual: dict[tuple[str, str], float]  # (touchpoint, channel) -> chance of a yes, wobble apart
    wobble: Wobble
    trust: TrustTruth
    nps: NpsTruth
    survey_share: float  # of all feedback, surveys' share
    absent_team: str  # the team whose absence is above 5 % in the last two months
    meaningless: tuple[str, ...]  # traits and figures that change nothing


DELIVERY = PromiseTruth(
    key="delivery", name="Delivered within five days", limit=5 * DAY, target=4 * DAY,
    median_days=3.0, sigma=0.40, pays_until=2.0,
    yes_plateau=0.92, yes_at_due=0.82, yes_broken=0.50, yes_per_late_day=0.04, yes_floor=0.25,
)  # fmt: skip

# Its kept side is flat: earlier refunds are not noticed. Levels are shifts, see `refund_shift` in episodes.
REFUND = PromiseTruth(
    key="refund", name="Money back within seven days", limit=7 * DAY, target=5 * DAY,
    median_days=4.0, sigma=0.38, pays_until=0.0,
    yes_plateau=0.0, yes_at_due=0.0, yes_broken=-0.25, yes_per_late_day=0.0, yes_floor=-0.25,
)  # fmt: skip

# Nothing was promised about it and no touchpoint looks bad: it stands between two of them.
WAIT = WaitTruth(
    touchpoint="advice", before="supplier_asked", after="answer_sent",
    share=0.5, median_hours=20.0, sigma=0.8, limit=DAY, costs=0.30,
)  # fmt: skip

YES_USUAL: dict[tuple[str, str], float] = {
    ("ordering", "web"): 0.93, ("ordering", "mobile"): 0.91, ("ordering", "phone"): 0.92,
    ("ordering", "in_person"): 0.94,
    ("refund", "email"): 0.74, ("refund", "chat"): 0.81, ("refund", "phone"): 0.82, ("refund", "in_person"): 0.88,
    ("billing", "email"): 0.72, ("billing", "chat"): 0.77, ("billing", "phone"): 0.80,
    ("advice", "email"): 0.82, ("advice", "chat"): 0.86, ("advice", "phone"): 0.88, ("advice", "in_person"): 0.93,
    ("advice", "social"): 0.78,
    ("repair", "email"): 0.76, ("repair", "phone"): 0.80, ("repair", "in_person"): 0.87,
}  # fmt: skip


def plant_truths(until: datetime, *, days: int) -> Truths:
    """Return the truths of a company whose history ends at `until` (aware) and covers the `days` before it."""
    return Truths(
        since=until - days * DAY,
        until=until,
        delivery=DELIVERY,
        refund=REFUND,
        worsening=Worsening(
            touchpoint="refund", channel="email", at=until - 49 * DAY,
            yes_before=YES_USUAL["refund", "email"], yes_after=0.61, cause="asked_twice",
        ),
        wait=WAIT,
        churn=(
            ChurnSource("broken_delivery_promise", hazard_ratio=5.0, periods=4),
            ChurnSource("no_without_yes", hazard_ratio=6.0, periods=8),
            ChurnSource("membership_fee_rise", hazard_ratio=3.0, periods=4),
        ),
        base_hazard=0.005,
        fee_rise_at=until - 300 * DAY,
        yes_usual=YES_USUAL,
        wobble=Wobble(),
        trust=TrustTruth(),
        nps=NpsTruth(),
        survey_share=0.46,
        absent_team="Refunds",
        meaningless=("birth_month", "favourite_season", "paper_catalogue", "handoffs", "employee_id"),
    )  # fmt: skip
