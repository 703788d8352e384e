"""A history that ended long ago is counted up to its last ordinary day, and every page that counts back says so."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from untilyes.feedback.queries import open_lake
from untilyes.insights.models import Run
from untilyes.plumbing.clock import now


@pytest.fixture
def ended(acme: Cast) -> None:
    """Two answers a day for a month, and one straggler two months later."""
    days = [datetime(2016, 5, 1, 9, tzinfo=UTC) + timedelta(hours=12 * number) for number in range(62)]
    days.append(datetime(2016, 8, 7, 9, tzinfo=UTC))
    open_lake().record(
        "answers",
        [
            {"id": f"{at:%j%H}", "at": at, "source": "survey", "question": "effective", "value": 1.0, "scale_max": 1.0}
            for at in days
        ],
    )


@pytest.mark.parametrize("page", ["today", "listen", "findings", "leaving", "leaving/risk", "leaving/silence"])
def test_pages_say_where_the_history_ends_and_what_lies_after(ended: None, ada: Client, page: str) -> None:
    told = " ".join(ada.get(f"/w/acme/{page}/").content.decode().split())
    assert "This history ends on 31 May 2016: what you see is counted up to that day." in told
    assert "1 fact tells of days after it, up to 7 August 2016: too few a day to read anything from." in told


def test_a_measure_asked_for_without_days_stops_there_as_well(ended: None, ada: Client) -> None:
    assert "to 31 May 2016" in ada.get("/w/acme/measures/").content.decode()


@pytest.mark.parametrize("page", ["today", "findings"])
def test_where_facts_come_in_nothing_has_ended(acme: Cast, ada: Client, page: str) -> None:
    assert "This history ends" not in ada.get(f"/w/acme/{page}/").content.decode()


def test_where_nothing_could_be_tested_the_page_says_so_and_not_none_of_none(acme: Cast, ada: Client) -> None:
    Run.objects.create(asked_at=now(), ended_at=now(), stage=Run.Stage.DONE)
    told = ada.get("/w/acme/findings/").content.decode()
    assert "too little yet to test anything" in told
    assert "0 of 0" not in told
