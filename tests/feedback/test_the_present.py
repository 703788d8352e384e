"""The moment screens count back from: now, or the end of facts that ended long ago."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cast import Cast
from untilyes.feedback.queries import find_present, open_lake
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


def _answer(at: datetime) -> dict[str, object]:
    return {"id": f"{at:%Y%j}", "at": at, "source": "survey", "question": "nps", "value": 9.0}
