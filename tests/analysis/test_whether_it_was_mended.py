"""Whether what was found is mended: figures before a day and since, by hand."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from untilyes.analysis.findings import Trail
from untilyes.analysis.findings.finding import Reading
from untilyes.analysis.findings.leaving import examine_leaving
from untilyes.analysis.findings.watching import read_since, watch_leavers
from untilyes.analysis.segments.condition import Condition, How
from untilyes.lake import Lake
from untilyes.stats.results import Verdict

BEGUN = datetime(2026, 1, 1, 12, tzinfo=UTC)
BEGUN_ON, UNTIL = date(2026, 1, 1), date(2026, 3, 2)


def on(days: int) -> datetime:
    return BEGUN + timedelta(days=days)


def customers(gone: dict[int, int]) -> list[dict[str, Any]]:
    """A thousand who joined long before; number → day on which that one left, counted from the beginning."""
    return [
        {
            "id": f"{number}",
            "customer_id": f"{number}",
            "at": on(-400),
            "source": "event",
            "joined_at": on(-400),
            "left_at": on(gone[number]) if number in gone else None,
            "traits": json.dumps({"plan": "monthly" if number % 2 else "yearly"}),
        }
        for number in range(1_000)
    ]


def broken(numbers: range, days: int) -> list[dict[str, Any]]:
    """A promise broken to each of these, on that day."""
    return [
        {
            "id": f"{days}:{number}",
            "customer_id": f"{number}",
            "at": on(days),
            "source": "event",
            "promise": "delivery",
            "promised_at": on(days - 5),
            "due_at": on(days),
            "kept_at": on(days + 1),
        }
        for number in numbers
    ]


@pytest.fixture
def mended(lake: Lake) -> Lake:
    """Before, 50 of 100 who left had been let down; since, 2 of 40."""
    before = dict.fromkeys([*range(50), *range(200, 250)], -80)
    since = dict.fromkeys([*range(100, 102), *range(300, 338)], 40)
    lake.record("customers", customers(before | since))
    lake.record("outcomes", [*broken(range(100), -100), *broken(range(100, 200), 5)])
    return lake


def test_the_share_of_departures_that_followed_a_broken_promise_is_the_one_counted_by_hand(mended: Lake) -> None:
    watch = Trail("departures", {"reason": "broken:delivery"})
    of_all, of_leavers = read_since(mended, watch, begun_on=BEGUN_ON, until=UNTIL)
    # 900 stay all twelve periods before and both since; 100 leave in the tenth, 40 in the second.
    assert (of_all.change.before.n, of_all.change.after.n) == (900 * 12 + 100 * 10, 900 * 2)
    assert (of_all.change.before.value, of_all.change.after.value) == (50 / 11_800, 2 / 1_800)
    assert (of_leavers.change.before.value, of_leavers.change.after.value) == (0.5, 0.05)
    assert of_leavers.change.verdict is Verdict.BETTER
    assert Reading.from_dict(json.loads(json.dumps(of_leavers.to_dict()))) == of_leavers


def test_departures_of_some_customers_are_counted_among_them_only(mended: Lake) -> None:
    watch = watch_leavers((Condition("plan", How.IS, "monthly"),))
    (reading,) = read_since(mended, watch, begun_on=BEGUN_ON, until=UNTIL)
    assert (reading.change.before.n, reading.change.after.n) == (450 * 12 + 50 * 10, 450 * 2)
    assert (reading.change.before.value, reading.change.after.value) == (50 / 5_900, 20 / 900)
    assert reading.change.verdict is Verdict.WORSE


def test_before_the_first_period_is_over_nothing_is_said_of_leaving(mended: Lake) -> None:
    watch = Trail("departures", {"reason": "broken:delivery"})
    assert read_since(mended, watch, begun_on=BEGUN_ON, until=BEGUN_ON + timedelta(days=29)) == ()


def test_a_source_of_departures_says_itself_how_to_watch_it(mended: Lake) -> None:
    (source,) = (one for one in examine_leaving(mended, until=UNTIL) if one.key == "leaving:broken:delivery")
    watch = source.tell().watch
    assert watch == Trail("departures", {"reason": "broken:delivery"})
    assert len(read_since(mended, watch, begun_on=BEGUN_ON, until=UNTIL)) == 2


def test_a_question_nobody_knows_is_not_guessed_at(mended: Lake) -> None:
    with pytest.raises(LookupError, match="weather"):
        read_since(mended, Trail("weather"), begun_on=BEGUN_ON, until=UNTIL)
