"""The card beside a conversation and on a customer's page: how they stand, in words, and what went off its path."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from tests.cases.stories import AT, DAY, open_by_no
from tests.cast import Cast
from untilyes.analysis.engagement import Doing, Feeling, Placed
from untilyes.cases.models import Case
from untilyes.cases.queries import Engagement
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import ask_for_reckoning, work_out
from untilyes.insights.worked_out import CROWD, USUAL_PATHS
from untilyes.plumbing.clock import now
from untilyes.stats.engagement import Box
from untilyes.web.customers.standing import SPACE, tell_engagement

HERE = now() - timedelta(days=3)


@pytest.fixture
def case(acme: Cast) -> Case:
    """Cleo said no three days ago and waits for a parcel; everybody else's came within a day."""
    lake, facts = open_lake(), {"source": "event", "channel": "web"}
    lake.record("events", [
        facts | {"id": f"{step}:{n}", "customer_id": f"c{n}", "process_id": f"o{n}", "activity": step,
                 "at": HERE - timedelta(days=20, hours=24 - hours)}
        for n in range(40) for step, hours in (("purchase", 0), ("parcel_delivered", 20))
    ])  # fmt: skip
    lake.record("events", [
        facts | {"id": "purchase:cleo", "customer_id": str(acme.cleo.pk), "process_id": "order-1",
                 "activity": "purchase", "at": HERE}
    ])  # fmt: skip
    lake.record("answers", [
        facts | {"id": f"a{n}", "customer_id": f"c{n}", "at": HERE, "question": "effective", "value": float(n % 4 > 0)}
        for n in range(40)
    ])  # fmt: skip
    case = open_by_no(acme, at=HERE)
    for about in (CROWD, USUAL_PATHS):
        work_out(ask_for_reckoning(about, at=now()), clock=now)
    return case


def test_the_card_says_how_they_stand_what_it_rests_on_and_since_when_a_journey_stands_still(
    case: Case, acme: Cast, ben: Client
) -> None:
    for path in (f"/w/acme/cases/{case.number}/", f"/w/acme/customers/{acme.cleo.pk}/"):
        page = ben.get(path).content.decode()
        assert "<dt>Engagement</dt>" in page
        assert "0 of 1 interaction a yes" in page
        assert "bought or visited on 1 day of the year, in one way" in page
        assert "among 41 customers who" in page
        assert f"since {HERE.astimezone(ZoneInfo('Europe/Berlin')):%-d %b %Y}:" in page
        assert "nothing since “purchase”; “parcel delivered” would be next" in page
        assert "/w/acme/journeys/path/?process=purchase" in page


def test_dan_sees_no_card(case: Case, acme: Cast, dan: Client) -> None:
    assert dan.get(f"/w/acme/cases/{case.number}/").status_code == 404
    assert dan.get(f"/w/globex/customers/{acme.cleo.pk}/").status_code == 404


def place(*chances: float) -> Placed:
    boxes = sorted(zip(Box, chances, strict=True), key=lambda one: -one[1])
    return Placed(tuple(boxes), does=0.7, does_among=100, feels=0.2, feels_among=60)


def told(placed: Placed | None, feels: Feeling, does: Doing | None = Doing(3, 1.0, 2)) -> tuple[str, str]:  # noqa: B008
    found = tell_engagement(Engagement(placed, does, feels, is_new=False, until=(AT + DAY).date()))
    return found.name, found.told


def test_a_box_is_named_only_where_it_is_sure_enough() -> None:
    said = Feeling(1, 4, 0.0, 3.0)
    name, words = told(place(0.1, 0.8, 0.05, 0.05), said)
    assert name == "Captive"
    assert words.endswith(f"80{SPACE}% sure")
    assert told(place(0.45, 0.4, 0.1, 0.05), said) == ("", f"not clear: engaged 45{SPACE}%, captive 40{SPACE}%")


def test_where_nobody_can_be_placed_it_is_said_why() -> None:
    assert "have not said in this year" in told(None, Feeling(0, 0, None, None))[1]
    assert "nothing tells what customers do" in told(None, Feeling(1, 1, None, None), None)[1]
    assert "too few customers have answered" in told(None, Feeling(1, 1, None, None))[1]
