"""The steps inside an episode that nobody has a number for: a question that waits for somebody outside."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from untilyes.sim.clockwork import HOUR, NEVER, Floats, Ints, Texts, draw_spans
from untilyes.sim.truths import WaitTruth


def draw_waiting(rng: np.random.Generator, touchpoint: Texts, closed_at: Ints, truth: WaitTruth) -> tuple[Ints, Ints]:
    """Return when somebody outside was asked (NEVER where nobody was), and when each episode ends with that wait."""
    waits = (touchpoint == truth.touchpoint) & (rng.random(len(touchpoint)) < truth.share)
    took = draw_spans(rng, len(touchpoint), median=truth.median_hours * HOUR, sigma=truth.sigma)
    return np.where(waits, closed_at, NEVER), np.where(waits, closed_at + took, closed_at)


def find_slow(passed_at: Ints, closed_at: Ints, truth: WaitTruth) -> NDArray[np.bool_]:
    """Mark the episodes that waited beyond the limit; those still waiting are not marked."""
    known = (passed_at < NEVER) & (closed_at < NEVER)
    waited = np.where(known, closed_at - np.where(known, passed_at, 0), 0)
    return waited > truth.limit.total_seconds() * 1_000_000


def shifts_by_waiting(touchpoint: Texts, passed_at: Ints, closed_at: Ints, truth: WaitTruth) -> Floats:
    """Return what to add to each chance of a yes: the cost of waiting long, and what keeps the touchpoint's level."""
    cost = np.where(find_slow(passed_at, closed_at, truth), truth.costs, 0.0)
    return np.where(touchpoint == truth.touchpoint, share_slow(truth) * truth.costs - cost, 0.0)


def share_slow(truth: WaitTruth) -> float:
    """The share of the touchpoint's episodes that waits beyond the limit."""
    z = math.log(truth.limit.total_seconds() / 3600 / truth.median_hours) / truth.sigma
    return truth.share * 0.5 * math.erfc(z / math.sqrt(2))
