"""The moment screens count back from: now, or the end of facts that ended long ago."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from untilyes.feedback.queries import find_present, open_lake, read_present
from untilyes.feedback.rules import find_ordinary_end
from untilyes.workspaces.tenancy import inside

NOW = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with inside(cast.acme):
        yield cast


def test_with_nothing_heard_it_is_now(acme: Cast) -> None:
    assert find_present(NOW) == NOW


def test_with_anything_of_late_it_is_now(acme: Cast) -> None:
    open_lake().record("answers", [_answer(NOW - timedelta(days=700)), _answer(NOW - timedelta(days=30))])
    assert find_present(NOW) == NOW


def test_a_history_ends_with_its_last_day_where_the_workspace_is(acme: Cast) -> None:
    open_lake().record("answers", [_answer(datetime(2019, 9, 30, 22, 30, tzinfo=UTC))])
    assert find_present(NOW).isoformat() == "2019-10-01T23:59:59.999999+02:00"


def test_the_trickle_after_a_history_is_not_its_end_and_is_told(acme: Cast) -> None:
    since = datetime(2016, 3, 1, 8, tzinfo=UTC)
    for day in range(92):
        open_lake().record("answers", [_answer(since + timedelta(days=day, minutes=n)) for n in range(20)])
    open_lake().record("answers", [_answer(datetime(2016, 5, 31, 23, 30, tzinfo=UTC))])  # the next day in Berlin
    stragglers = [_answer(datetime(2016, month, 7, 8, tzinfo=UTC)) for month in (6, 7, 8, 9, 10, 11, 12)]
    open_lake().record("answers", stragglers)
    present = read_present(NOW)
    assert present.at.isoformat() == "2016-05-31T23:59:59.999999+02:00"
    assert (present.ended_on, present.later, present.trickled_until) == (date(2016, 5, 31), 7, date(2016, 12, 7))


def test_what_goes_on_in_one_table_is_not_cut_off_by_a_larger_one_that_ended_before(acme: Cast) -> None:
    busy = datetime(2016, 3, 1, 8, tzinfo=UTC)
    steps = [busy + timedelta(hours=n) for n in range(700)]
    open_lake().record("events", [{"id": f"{at:%d%H}", "at": at, "source": "event", "activity": "x"} for at in steps])
    open_lake().record("answers", [_answer(datetime(2017, month, 9, 8, tzinfo=UTC)) for month in range(1, 13)])
    assert read_present(NOW).ended_on == date(2017, 12, 9)


@dataclass(frozen=True)
class Month:
    """A month up to the day its last fact tells of."""

    begins_at: datetime
    facts: int
    latest_at: datetime


def month(number: int, facts: int, *, until: int = 28) -> Month:
    return Month(datetime(2016, number, 1, tzinfo=UTC), facts, datetime(2016, number, until, tzinfo=UTC))


def test_a_history_that_stops_on_the_third_ends_on_the_third() -> None:
    assert find_ordinary_end([month(1, 900), month(2, 900), month(3, 60, until=3)]) == datetime(2016, 3, 3, tzinfo=UTC)


def test_many_thin_months_do_not_become_the_usual() -> None:
    thin = [month(number, 5) for number in range(4, 13)]
    assert find_ordinary_end([month(1, 900), month(2, 900), month(3, 900), *thin]) == month(3, 900).latest_at


def test_a_survey_once_a_year_is_no_trickle() -> None:
    waves = [month(2, 500), month(11, 480)]
    assert find_ordinary_end(waves) == waves[-1].latest_at


def test_a_growing_house_ends_where_it_is_and_without_facts_there_is_no_end() -> None:
    grown = [month(number, 10 * 2**number) for number in range(1, 10)]
    assert find_ordinary_end(grown) == grown[-1].latest_at
    assert find_ordinary_end([]) is None


def _answer(at: datetime) -> dict[str, object]:
    return {"id": f"{at:%Y%j%H%M}", "at": at, "source": "survey", "question": "nps", "value": 9.0}
