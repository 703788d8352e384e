"""How a customer stands beside all others: their box, and journeys of theirs that left the usual path."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from tests.cases.stories import AT, DAY, HOUR, YES, ask, open_by_no, say
from tests.cast import Cast
from untilyes.analysis.journeys import Stray
from untilyes.cases.jobs import ask_for_standings
from untilyes.cases.queries import Standing, read_customer_scores, read_standing
from untilyes.feedback.jobs import carry_to_lake
from untilyes.feedback.queries import open_lake
from untilyes.insights.jobs import reckon
from untilyes.insights.models import Reckoning
from untilyes.insights.queries import read_reckoning
from untilyes.insights.worked_out import CROWD, USUAL_PATHS
from untilyes.stats.engagement import Box
from untilyes.workspaces.tenancy import inside

LATER = AT + DAY


@pytest.fixture
def crowd(acme: Cast) -> Cast:
    """80 customers of old: number n logged in on n days, one in four said no; all their parcels came in two days."""
    lake, facts = open_lake(), {"source": "event", "channel": "web"}
    lake.record("customers", [
        facts | {"id": f"k{n}", "customer_id": f"c{n}", "at": AT - 900 * DAY, "joined_at": AT - 900 * DAY}
        for n in range(80)
    ])  # fmt: skip
    lake.record("events", [
        facts | {"id": f"login:{n}-{day}", "customer_id": f"c{n}", "at": AT - (day + 1) * DAY, "activity": "login"}
        for n in range(80) for day in range(n)
    ])  # fmt: skip
    lake.record("events", [
        facts | {"id": f"{step}:{n}", "customer_id": f"c{n}", "process_id": f"o{n}", "activity": step,
                 "at": AT - 30 * DAY + wait}
        for n in range(80) for step, wait in (("purchase", timedelta()), ("parcel_delivered", 2 * DAY))
    ])  # fmt: skip
    lake.record("answers", [
        facts | {"id": f"a{n}", "customer_id": f"c{n}", "at": AT - DAY, "question": "effective",
                 "value": float(n % 4 > 0), "response_id": f"r{n}"}
        for n in range(80)
    ])  # fmt: skip
    return acme


def work_out() -> None:
    """What the worker does."""
    ask_for_standings(at=LATER)
    for kept in Reckoning.objects.all():
        reckon(kept.workspace_id, kept.pk)


def stand(cast: Cast) -> Standing:
    return read_standing(cast.cleo, read_customer_scores(cast.cleo, at=LATER), at=LATER)


def test_nothing_is_said_before_everybody_was_counted_and_nothing_fails(crowd: Cast) -> None:
    open_by_no(crowd)
    assert stand(crowd) == Standing(None, ())


def test_a_customer_who_uses_us_and_says_no_is_told_as_such_with_what_it_rests_on(crowd: Cast) -> None:
    for n in range(4):
        open_by_no(crowd, interaction_id=f"order-{n}", at=AT - 9 * DAY + n * HOUR)
    carry_to_lake()
    open_lake().record("customers", [
        {"id": "cleo", "customer_id": str(crowd.cleo.pk), "at": AT, "source": "event", "joined_at": AT - 500 * DAY}
    ])  # fmt: skip
    open_lake().record("events", [
        {"id": f"login:cleo-{n}", "customer_id": str(crowd.cleo.pk), "at": AT - (n + 1) * DAY, "source": "event",
         "activity": "purchase" if n == 40 else "login", "channel": "web"} for n in range(75)
    ])  # fmt: skip
    work_out()
    found = stand(crowd).engagement
    assert found is not None
    assert found.placed is not None
    assert found.does is not None
    assert (found.does.days, found.feels.yes, found.feels.asked) == (75, 0, 4)
    assert found.placed.chances[0][0] is Box.CAPTIVE
    assert sum(chance for _, chance in found.placed.chances) == pytest.approx(1)
    assert found.placed.does > 0.5 > found.placed.feels
    assert found.placed.feels_among == 81


def test_a_yes_changes_where_a_customer_stands_without_counting_everybody_again(crowd: Cast) -> None:
    open_by_no(crowd)
    work_out()
    before = stand(crowd).engagement
    for n in range(5):
        say(ask(crowd, interaction_id=f"order-{n + 7}", at=AT), YES, at=AT + HOUR)
    after = stand(crowd).engagement
    assert before is not None
    assert after is not None
    assert (before.feels.yes, after.feels.yes) == (0, 5)
    assert before.placed is not None
    assert after.placed is not None
    assert after.placed.feels > before.placed.feels


def test_a_journey_that_stands_still_is_shown_until_it_goes_on(crowd: Cast) -> None:
    open_by_no(crowd)
    step = {"customer_id": str(crowd.cleo.pk), "process_id": "cleo-1", "interaction_id": "order-1", "source": "event"}
    open_lake().record("events", [step | {"id": "purchase:cleo", "activity": "purchase", "at": AT - 5 * DAY}])
    work_out()
    [late] = stand(crowd).exceptions
    assert late.path.steps == ("purchase", "parcel_delivered")
    assert told(late.stray) == ("cleo-1", True, "parcel_delivered", AT - 5 * DAY)
    open_lake().record("events", [step | {"id": "parcel_delivered:cleo", "activity": "parcel_delivered", "at": AT}])
    assert stand(crowd).exceptions, "what the lake knew is good for a minute"
    cache.clear()
    assert stand(crowd).exceptions == ()


def told(stray: Stray) -> tuple[object, ...]:
    return stray.journey, stray.stands_still, stray.wanted, stray.since


def test_it_is_asked_for_where_cases_are_open_and_once_while_nothing_is_heard(crowd: Cast) -> None:
    assert ask_for_standings(at=LATER) == 0
    open_by_no(crowd)
    work_out()
    assert {one.about for one in Reckoning.objects.all()} == {CROWD, USUAL_PATHS}
    ask_for_standings(at=LATER + 2 * HOUR)
    assert {one.stage for one in Reckoning.objects.all()} == {"done"}
    open_lake().record("events", [{"id": "x", "at": AT, "source": "event", "activity": "login"}])
    ask_for_standings(at=LATER + 4 * HOUR)
    assert {one.stage for one in Reckoning.objects.all()} == {"asked"}


def test_what_an_older_version_worked_out_in_another_shape_is_read_as_nothing(crowd: Cast) -> None:
    open_by_no(crowd)
    work_out()
    Reckoning.objects.filter(about=USUAL_PATHS).update(told='{"ways": []}')
    assert read_reckoning(USUAL_PATHS).value is None
    assert stand(crowd).exceptions == ()


def test_dan_s_house_learns_nothing_of_acme_s_customers(crowd: Cast) -> None:
    open_by_no(crowd)
    work_out()
    with inside(crowd.globex):
        assert read_reckoning(CROWD).value is None
        assert not Reckoning.objects.exists()
