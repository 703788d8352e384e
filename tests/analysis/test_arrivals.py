"""When customers come, and where in the week they are let down."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.analysis.invented import answer, fact, outcome
from untilyes.analysis.arrivals import AHEAD, list_choices, read_arrivals
from untilyes.lake import Lake, Workbench
from untilyes.stats import compare_volumes, estimate_share, forecast_volumes

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 5, 4, 12, tzinfo=BERLIN)  # a Monday noon
WEEK = timedelta(weeks=1)


def came(name: str, at: datetime, **more: object) -> dict[str, object]:
    """One interaction that began at `at`."""
    return fact(name, at, interaction_id=name, opened_at=at, **more)


def test_whole_weeks_are_counted_by_the_hour_of_the_wall_clock(lake: Lake) -> None:
    # Tuesdays at half past nine in Berlin, before and after the clocks went forward; and one at the very end.
    tuesdays = [datetime(2026, 3, 17, 9, 30, tzinfo=BERLIN) + n * WEEK for n in range(6)]
    rows = [came(f"{n}-{i}", at) for n, at in enumerate(tuesdays) for i in range(n + 1)]
    rows.append(came("today", NOW - timedelta(hours=1)))
    rows.append(came("sunday", datetime(2026, 5, 3, 23, 59, tzinfo=BERLIN)))
    lake.record("interactions", rows)
    found = read_arrivals(lake, weeks=13, at=NOW)
    assert found is not None
    assert (found.since, found.until, found.weeks) == (date(2026, 3, 23), date(2026, 5, 4), 6)
    assert found.weekly == (2, 3, 4, 5, 6, 1)
    assert found.grid[1, 9] == 20
    assert found.grid[6, 23] == 1
    assert found.grid.sum() == found.n == 21
    assert found.hourly[1, 9] == pytest.approx(20 / 6)


def test_an_old_export_is_looked_at_up_to_its_own_end(lake: Lake) -> None:
    start = datetime(2016, 3, 1, 8, tzinfo=BERLIN)
    lake.record("interactions", [came(f"{n}", start + n * timedelta(days=1)) for n in range(30)])
    found = read_arrivals(lake, weeks=13, at=NOW)
    assert found is not None
    assert (found.until, found.weeks, found.n) == (date(2016, 3, 31), 4, 28)


def test_nothing_ever_came_in_or_not_for_a_whole_week(lake: Lake) -> None:
    assert read_arrivals(lake, at=NOW) is None
    lake.record("interactions", [came("one", NOW - timedelta(days=2))])
    assert read_arrivals(lake, at=NOW) is None


def test_filters_narrow_everything_and_others_are_refused(lake: Lake) -> None:
    first = NOW - 3 * WEEK
    rows = [came(f"p{n}", first + n * timedelta(days=1), channel="phone") for n in range(20)]
    rows += [came(f"m{n}", first + n * timedelta(days=1), channel="email") for n in range(10)]
    lake.record("interactions", rows)
    assert list_choices(lake, "channel") == ["phone", "email"]
    found = read_arrivals(lake, where={"channel": "phone"}, at=NOW)
    assert found is not None
    assert set(found.weekly) == {7}
    with pytest.raises(ValueError, match="not by customer_id"):
        read_arrivals(lake, where={"customer_id": "cleo"}, at=NOW)


def test_noes_lie_where_the_interaction_began_and_misses_where_the_promise_was_given(lake: Lake) -> None:
    monday, friday = datetime(2026, 4, 20, 10, tzinfo=BERLIN), datetime(2026, 4, 24, 16, tzinfo=BERLIN)
    rows, said, promised = [], [], []
    for n in range(40):
        for name, at, noes in (("mo", monday, 4), ("fr", friday, 30)):
            key = f"{name}{n}"
            rows.append(came(key, at))
            said.append(answer(key, "effective", float(n >= noes), at=at + timedelta(days=2), interaction_id=key))
            said.append(answer(f"{key}b", "effective", 1.0, at=at + timedelta(days=3), interaction_id=key))
            promised.append(outcome(key, due=2, kept=3 if n < noes else 1, at=at))
    lake.record("interactions", [*rows, came("old", monday - WEEK)])
    lake.record("answers", said)
    lake.record("outcomes", promised)
    found = read_arrivals(lake, at=NOW)
    assert found is not None
    for laid in (found.noes, found.misses):
        assert laid.cell(0, 10) == estimate_share(4, 40)
        assert laid.cell(4, 16) == estimate_share(30, 40)
        assert laid.total == estimate_share(34, 80)
        assert (bool(laid.is_worse[4, 16]), int(laid.is_worse.sum())) == (True, 1)
        assert laid.cell(2, 2).value is None


def test_an_even_week_does_not_mark_the_several_hours_that_chance_alone_would(lake: Lake) -> None:
    rng = np.random.default_rng(5)
    rows, said = [], []
    for n in range(2_000):
        at = NOW - timedelta(days=1 + float(rng.uniform(0, 27)))
        rows.append(came(f"{n}", at))
        said.append(answer(f"{n}", "effective", float(rng.random() > 0.3), at=at + WEEK, interaction_id=f"{n}"))
    lake.record("interactions", rows)
    lake.record("answers", said)
    found = read_arrivals(lake, at=NOW)
    assert found is not None
    assert found.noes.total.n > 1_500
    assert found.noes.is_worse.sum() <= 1


def test_to_and_fro_and_the_time_it_takes_are_counted(lake: Lake) -> None:
    at = NOW - 2 * WEEK
    rows = [came(f"{n}", at, contacts=3 if n < 4 else 1, handoffs=1 if n < 2 else 0) for n in range(10)]
    lake.record("interactions", [*rows, came("first", at - 2 * WEEK)])
    steps = [fact(f"e{n}", at, activity="call", interaction_id=f"{n}", duration_s=300.0) for n in range(10)]
    lake.record("events", [*steps, fact("login", at, activity="login", duration_s=9_000.0)])
    found = read_arrivals(lake, at=NOW)
    assert found is not None
    assert dict(found.troubles) == {"contacts": estimate_share(4, 10), "handoffs": estimate_share(2, 10)}
    assert found.handling.value == pytest.approx(300, rel=0.01)
    assert found.handling.n == 10


def test_what_is_expected_keeps_the_shape_of_the_week_and_sums_to_the_forecast(lake: Lake) -> None:
    rng = np.random.default_rng(2)
    rows = []
    for week in range(20):
        for n in range(int(rng.poisson(60))):
            hour = timedelta(days=n % 5, hours=9 + n % 8, minutes=int(rng.integers(0, 60)))
            rows.append(came(f"{week}-{n}", datetime(2026, 5, 4, tzinfo=BERLIN) - (week + 1) * WEEK + hour))
    lake.record("interactions", rows)
    found = read_arrivals(lake, at=NOW)
    assert found is not None
    assert found.forecast is not None
    for ahead in range(AHEAD):
        coming = found.forecast.week(ahead)
        assert coming.low is not None
        assert coming.low <= 60 <= (coming.high or 0)
        assert found.expect(ahead=ahead).sum() == pytest.approx(coming.value)
        assert found.expect(ahead=ahead, careful=True).sum() == pytest.approx(coming.high)
    assert (found.expect()[5:] == 0).all()


COUNTED = """
    WITH opened AS (
        SELECT number, min(strptime(opened_at, '%d/%m/%Y %H:%M')) AS began
        FROM log WHERE number IS NOT NULL GROUP BY number)
    SELECT isodow(began) - 1 AS day, hour(began) AS hour, count(*) AS n FROM opened
    WHERE began >= ? AND began < ? GROUP BY ALL
"""
OPENED = """
    SELECT number AS id, number AS interaction_id, 'ticket' AS source,
           min(strptime(opened_at, '%d/%m/%Y %H:%M'))::TIMESTAMPTZ AS at,
           min(strptime(opened_at, '%d/%m/%Y %H:%M'))::TIMESTAMPTZ AS opened_at
    FROM log WHERE number IS NOT NULL GROUP BY number
"""


def test_on_a_real_incident_log_the_week_agrees_with_plain_sql(tmp_path: Path, shared_data: Path) -> None:
    lake = Lake(tmp_path / "lake", "UTC")
    with Workbench() as bench:
        bench.add_file("log", shared_data / "servicenow_incidents" / "incident_event_log.csv.gz")
        opened = bench.query(OPENED)
        lake.record("interactions", opened)
        found = read_arrivals(lake, weeks=52, at=datetime(2016, 6, 1, tzinfo=UTC))
        assert found is not None
        asked = COUNTED.replace("?", f"TIMESTAMP '{found.since}'", 1).replace("?", f"TIMESTAMP '{found.until}'", 1)
        counted = bench.query(asked).to_pylist()
    grid = np.zeros((7, 24))
    for row in counted:
        grid[row["day"], row["hour"]] = row["n"]
    assert found.n > 5_000
    assert (found.grid == grid).all()


# The statistics under it


def test_volumes_are_compared_with_the_spread_that_weeks_really_have() -> None:
    calm = compare_volumes([100, 101, 99, 100], [110, 111, 109, 110])
    wild = compare_volumes([40, 160, 70, 130], [50, 170, 80, 140])
    assert calm.value == pytest.approx(1.1)
    assert wild.value == pytest.approx(1.1)
    assert (wild.width or 0) > 2 * (calm.width or 9)
    assert compare_volumes([0, 0], [5, 6]).value is None
    assert compare_volumes([5], [6]).value is None


def test_few_weeks_forecast_nothing() -> None:
    assert forecast_volumes([10] * 9) is None


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["steady", "drifting", "bursting"])
def test_the_interval_holds_weeks_it_has_not_seen_as_often_as_it_says(kind: str) -> None:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(600):
        level = 200 * np.exp(np.cumsum(rng.normal(0, 0.05 if kind == "drifting" else 0, 60)))
        counts = rng.negative_binomial(8, 8 / (8 + level)) if kind == "bursting" else rng.poisson(level)
        forecast = forecast_volumes(counts[:56], ahead=4)
        assert forecast is not None
        held.append((forecast.low <= counts[56:]) & (counts[56:] <= forecast.high))
    assert (np.abs(np.mean(held, axis=0) - 0.8) < 0.08).all()
