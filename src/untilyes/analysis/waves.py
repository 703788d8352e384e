"""Waves of departures that are one wave seen through several traits: a country and its time zone leave together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Final
from zoneinfo import ZoneInfo

import ibis.expr.types as ir
import numpy as np

from untilyes.analysis.leaving import (
    DAYS,
    FEWEST_IN_GROUP,
    PERIODS,
    WINDOW,
    Wave,
    compare_odds,
    lay_out_periods,
)
from untilyes.lake import Lake
from untilyes.lake.traits import read_trait
from untilyes.stats.checks import Floats

LEFT_OVER: Final = 1.645
"""How many standard errors must be left of a wave without the people of another, for it to be one of its own."""

Values = tuple[str, str]
Counts = Mapping[Values, Floats]
"""(value of one trait, value of another) → (at risk, left) per period."""


def find_same_waves(
    lake: Lake, waves: Sequence[Wave], *, until: date, periods: int = PERIODS
) -> dict[Wave, tuple[Wave, ...]]:
    """For each wave those of other traits that account for it: without their people nothing real is left of it.

    Of one cause under two names each accounts for the other; a narrower wave that makes a wider one does, and not the
    other way round. Only waves at the same time are held against each other.
    """
    pairs: dict[tuple[str, str], list[tuple[Wave, Wave]]] = defaultdict(list)
    for one, other in combinations(waves, 2):
        if one.trait != other.trait and one.since < other.until and other.since < one.until:
            pairs[one.trait, other.trait].append((one, other))
    end = datetime.combine(until, time(), ZoneInfo(lake.zone))
    since = end - timedelta(days=DAYS * periods)
    found: dict[Wave, list[Wave]] = {wave: [] for wave in waves}
    for traits, both in pairs.items():
        counts = _count_by_both(lake, traits, since, end, periods)
        for one, other in both:
            values = one.value, other.value
            if not _is_left(counts, values, 0, _window(one, since)):
                found[one].append(other)
            if not _is_left(counts, values, 1, _window(other, since)):
                found[other].append(one)
    return {wave: tuple(others) for wave, others in found.items()}


def group_waves(lake: Lake, waves: Sequence[Wave], *, until: date) -> list[tuple[Wave, tuple[Wave, ...]]]:
    """The surest wave of each cause, and the same seen through other traits, the surest first."""
    same = find_same_waves(lake, waves, until=until)
    told: dict[Wave, list[Wave]] = {}
    for wave in sorted(waves, key=lambda one: (one.p, one.trait, one.value)):
        surer = next((one for one in told if one in same[wave]), None)
        if surer is None:
            told[wave] = []
        else:
            told[surer].append(wave)
    return [(wave, tuple(others)) for wave, others in told.items()]


def _window(wave: Wave, since: datetime) -> slice:
    first = round((wave.since - since.date()).days / DAYS)
    return slice(first, first + WINDOW)


def _is_left(counts: Counts, values: Values, side: int, window: slice) -> bool:
    """Whether the people of one value without those of the other still left in a wave, against all without either."""
    own, rest = np.zeros((2, *next(iter(counts.values())).shape))
    for key, cell in counts.items():
        if key[1 - side] == values[1 - side]:
            continue
        if key[side] == values[side]:
            own += cell
        else:
            rest += cell
    return bool(own[0].max() >= FEWEST_IN_GROUP and compare_odds(own, rest, window)[1] >= LEFT_OVER)


def _count_by_both(lake: Lake, traits: tuple[str, str], since: datetime, end: datetime, periods: int) -> Counts:
    """Everybody by both traits; "" where one is unknown."""

    def question() -> ir.Table:
        customers = lake.read("customers")
        told = {
            name: read_trait(customers, trait).fill_null("")
            for name, trait in zip(("one", "other"), traits, strict=True)
        }
        panel = lay_out_periods(customers.mutate(**told), since, end, periods, keep=("one", "other"))
        return panel.group_by("one", "other", "period").aggregate(n=panel.count(), left=panel["leaves"].sum())

    counts: dict[Values, Floats] = {}
    for row in lake.fetch(question).to_pylist():
        if 0 <= row["period"] < periods:
            values = row["one"].strip('"'), row["other"].strip('"')
            cell = counts.setdefault(values, np.zeros((2, periods)))
            cell[:, row["period"]] += row["n"], row["left"]
    return counts
