"""What changed for real, out of everything that was looked at."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from tests.analysis.invented import Fact, answer
from untilyes.analysis.changes import Period, examine
from untilyes.lake import Lake
from untilyes.stats.results import Verdict

PERIOD = Period(until=date(2026, 4, 6), days=28)
BERLIN = ZoneInfo("Europe/Berlin")


def said(name: str, day: date, yes: int, no: int, **more: Any) -> list[Fact]:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN)
    return [answer(f"{name}-{day}-{n}", "got_it", float(n < yes), at=at, **more) for n in range(yes + no)]


def test_a_period_ends_before_the_day_it_names_and_the_one_before_it_ends_where_it_begins(lake: Lake) -> None:
    days = [PERIOD.until, PERIOD.until - timedelta(days=1), PERIOD.since, PERIOD.since - timedelta(days=1)]
    for number, day in enumerate(days):
        lake.record("answers", said(f"d{number}", day, 10 * (number + 1), 0))
    (shift,) = examine(lake, ["got_it"], period=PERIOD).shifts
    assert (shift.change.after.n, shift.change.before.n) == (20 + 30, 40)


def test_a_real_worsening_is_told_and_where_it_happened(lake: Lake) -> None:
    before, after = PERIOD.since - timedelta(days=3), PERIOD.since + timedelta(days=3)
    lake.record("answers", said("a", before, 170, 30, channel="email") + said("b", before, 170, 30, channel="phone"))
    lake.record("answers", said("a", after, 110, 90, channel="email") + said("b", after, 170, 30, channel="phone"))
    examined = examine(lake, ["got_it"], period=PERIOD, by=("channel",))
    assert examined.examined == 3
    worse = {tuple(shift.key.items()) for shift in examined.real}
    assert worse == {(), (("channel", "email"),)}
    assert {shift.change.verdict for shift in examined.real} == {Verdict.WORSE}


def test_the_more_is_examined_the_surer_a_change_must_be(lake: Lake) -> None:
    before, after = PERIOD.since - timedelta(days=3), PERIOD.since + timedelta(days=3)
    lake.record("answers", said("a", before, 80, 20, channel="odd") + said("a", after, 67, 33, channel="odd"))
    (alone,) = examine(lake, ["got_it"], period=PERIOD).shifts
    assert alone.change.is_real
    for number in range(30):
        channel = f"channel-{number}"
        lake.record(
            "answers", said(channel, before, 80, 20, channel=channel) + said(channel, after, 80, 20, channel=channel)
        )
    examined = examine(lake, ["got_it"], period=PERIOD, by=("channel",))
    assert examined.examined == 32
    assert examined.real == ()
    odd = next(shift.change for shift in examined.shifts if shift.key == {"channel": "odd"})
    assert odd.p is not None
    assert alone.change.p is not None
    assert odd.p > alone.change.p


def test_where_nothing_changed_hardly_anything_is_called_real(lake: Lake) -> None:
    rng = np.random.default_rng(11)
    facts: list[Fact] = []
    for number in range(60):
        for day in (PERIOD.since - timedelta(days=2), PERIOD.since + timedelta(days=2)):
            yes = int(rng.binomial(80, 0.8))
            facts += said(f"c{number}", day, yes, 80 - yes, channel=f"channel-{number}")
    lake.record("answers", facts)
    examined = examine(lake, ["got_it"], period=PERIOD, by=("channel",))
    assert examined.examined == 61
    assert len(examined.real) <= 1


def test_too_few_on_one_side_is_no_verdict_and_costs_the_others_nothing(lake: Lake) -> None:
    before, after = PERIOD.since - timedelta(days=3), PERIOD.since + timedelta(days=3)
    lake.record("answers", said("a", before, 4, 2) + said("a", after, 90, 10))
    examined = examine(lake, ["got_it"], period=PERIOD)
    assert examined.shifts[0].change.verdict is Verdict.TOO_FEW
    assert (examined.examined, examined.real) == (0, ())
