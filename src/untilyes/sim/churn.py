"""Who leaves and when: a base hazard in 30-day periods, multiplied by each source a customer is exposed to."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from untilyes.sim.clockwork import DAY, NEVER, Floats, Ints, Texts, as_instant
from untilyes.sim.episodes import Bools, Episodes
from untilyes.sim.people import Customers
from untilyes.sim.truths import ChurnSource, Truths
from untilyes.sim.voices import Cases, Invitations

PERIOD = 30 * DAY
_OTHER_REASONS = ("travels less", "moved away", "found it cheaper elsewhere", "did not say")


@dataclass(frozen=True)
class Leaving:
    """When each customer left (NEVER while they stay), the reason given, and the churn sources with their sizes."""

    left_at: Ints
    reason: Texts
    sources: tuple[ChurnSource, ...]


def exposures(
    customers: Customers, episodes: Episodes, invitations: Invitations, cases: Cases, truths: Truths
) -> Bools:
    """Return whether each customer is exposed to each churn source in each period: (sources, customers, periods)."""
    since, until = as_instant(truths.since), as_instant(truths.until)
    count = -(-(until - since) // PERIOD)
    late = episodes.take((episodes.touchpoint == "delivery") & episodes.broken)
    due = late.opened_at + round(truths.delivery.limit.total_seconds()) * 1_000_000
    unheard = cases.take((cases.how != "yes") & (cases.how != ""))
    members = np.flatnonzero(
        (customers.traits["plan"] == "member") & (customers.joined_at < as_instant(truths.fee_rise_at))
    )
    happened = {
        "broken_delivery_promise": (late.customer, due),
        "no_without_yes": (invitations.customer[unheard.invitation], unheard.opened_at),
        "membership_fee_rise": (members, np.full(len(members), as_instant(truths.fee_rise_at))),
    }
    exposed = np.zeros((len(truths.churn), len(customers), count), dtype=np.bool_)
    for n, source in enumerate(truths.churn):
        who, at = happened[source.key]
        for later in range(1, source.periods + 1):
            period = (at - since) // PERIOD + later
            inside = (period >= 0) & (period < count)
            exposed[n, who[inside], period[inside]] = True
    return exposed


def draw_leaving(rng: np.random.Generator, customers: Customers, exposed: Bools, truths: Truths) -> Leaving:
    """Draw who leaves in which period; joining customers are at risk from the period after their first day."""
    since, until = as_instant(truths.since), as_instant(truths.until)
    ratios = np.array([source.hazard_ratio for source in truths.churn])
    hazard = truths.base_hazard * np.prod(np.where(exposed, ratios[:, None, None], 1.0), axis=0)
    size, count = hazard.shape
    ends = np.minimum(since + PERIOD * np.arange(1, count + 1), until)
    lengths = ends - (since + PERIOD * np.arange(count))
    hazard = hazard * (lengths / PERIOD)
    joined = (customers.joined_at - since) // PERIOD
    at_risk = np.arange(count)[None, :] > joined[:, None]
    leaves = at_risk & (rng.random((size, count)) < hazard)
    period = np.where(leaves.any(axis=1), leaves.argmax(axis=1), count)
    gone = period < count
    at = since + period * PERIOD + (rng.random(size) * np.append(lengths, 0)[period]).astype(np.int64)
    at_risk &= np.arange(count)[None, :] <= period[:, None]
    sources = _sized(truths.churn, exposed, hazard * at_risk, at_risk)
    reason = np.full(size, "", dtype="U40")
    rows = np.flatnonzero(gone)
    reason[rows] = _draw_reasons(rng, exposed[:, rows, period[rows]], sources)
    return Leaving(np.where(gone, at, NEVER), reason, sources)


def _sized(sources: tuple[ChurnSource, ...], exposed: Bools, risk: Floats, at_risk: Bools) -> tuple[ChurnSource, ...]:
    """Fill in what each source adds to the expected leavers: its share of the hazard of those exposed to it."""
    return tuple(
        replace(
            source,
            exposed=int((exposed[n] & at_risk).sum()),
            size=float((risk * exposed[n]).sum() * (1 - 1 / source.hazard_ratio) / risk.sum()),
        )
        for n, source in enumerate(sources)
    )


def _draw_reasons(rng: np.random.Generator, exposed: Bools, sources: tuple[ChurnSource, ...]) -> Texts:
    """Return the reason on file: a source in proportion to what it adds, or something else; a third never say."""
    added = np.where(exposed, np.array([source.hazard_ratio - 1 for source in sources])[:, None], 0.0)
    edges = np.cumsum(np.vstack([np.ones(exposed.shape[1]), added]), axis=0)
    pick = (rng.random(exposed.shape[1]) * edges[-1] > edges[:-1]).sum(axis=0)
    other = rng.choice(np.array(_OTHER_REASONS), size=exposed.shape[1])
    told = np.array(["", *(source.key.replace("_", " ") for source in sources)])[pick]
    silent = rng.random(exposed.shape[1]) < 1 / 3
    return np.where(silent, "did not say", np.where(pick == 0, other, told))
