"""Capacity: when customers come, who is needed, and where they are let down; never beside a person's name."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.test import Client

from tests.analysis.invented import answer, fact
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.analysis.arrivals import Arrivals, read_arrivals
from untilyes.analysis.capacity import Hour, Wish, plan_week
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.stats.staffing import assess_staffing, plan_staffing
from untilyes.workspaces.models import Member

PAGE = "/w/acme/capacity/"
NOT_FOUND, REFUSED = 404, 422
WEEK = timedelta(weeks=1)


@pytest.fixture
def busy(acme: Cast) -> Arrivals:
    """Twenty weeks of calls on working days from nine to five; on Fridays at four most are a no."""
    rng = np.random.default_rng(4)
    midnight = now().astimezone(ZoneInfo("Europe/Berlin")).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    rows: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    for week in range(1, 21):
        for n in range(int(rng.poisson(80))):
            day, hour = n % 5, 9 + n % 8
            at = monday - week * WEEK + timedelta(days=day, hours=hour, minutes=int(rng.integers(0, 60)))
            key = f"{week}-{n}"
            about = {"interaction_id": key, "channel": "phone" if n % 3 else "email", "team": "Anna's"}
            rows.append(fact(key, at, opened_at=at, contacts=1 + n % 2, employee_id="Zacharias", **about))
            no = rng.random() < (0.8 if (day, hour) == (4, 12) else 0.1)
            said.append(answer(key, "effective", float(not no), at=at + timedelta(days=1), interaction_id=key))
    open_lake().record("interactions", rows)
    open_lake().record("answers", said)
    found = read_arrivals(open_lake(), at=now())
    assert found is not None
    return found


def test_the_published_staffing_is_what_an_hour_gets() -> None:
    hour = assess_staffing(14, calls=100, per=1800, handling=180, target=20, absent=0.3)
    assert (hour.rostered, round(hour.within, 5), round(hour.average_wait, 2)) == (20, 0.88835, 7.84)
    assert plan_staffing(calls=200, handling=180, target=20, share=0.8, absent=0.3).agents == 14
    assert plan_staffing(calls=1000, handling=120, target=20, share=0.8, absent=0.3, busiest=0.85).rostered == 58


def test_every_hour_of_the_plan_meets_the_wish_and_its_upper_end_takes_no_fewer(busy: Arrivals) -> None:
    wish = Wish(handling=600, target=60, share=0.9, absent=0.25)
    plan = plan_week(busy, wish)
    assert plan.hours

    def meets(hour: Hour) -> bool:
        fewer = hour.needed.agents - 1
        enough = hour.needed.within >= wish.share and hour.needed.busy <= wish.busiest
        if not fewer:
            return enough
        short = assess_staffing(fewer, calls=hour.calls, handling=600, target=60, absent=0.25)
        return enough and (short.within < wish.share or short.busy > wish.busiest)

    assert all(meets(hour) for hour in plan.hours.values())
    assert all(hour.careful.agents >= hour.needed.agents for hour in plan.hours.values())
    assert plan.rostered == plan.grid().sum()
    assert 0 < plan.busy <= wish.busiest


def test_callers_who_give_up_take_fewer_people(busy: Arrivals) -> None:
    waiting = plan_week(busy, Wish(handling=600))
    leaving = plan_week(busy, Wish(handling=600, patience=60))
    assert leaving.rostered <= waiting.rostered
    assert {hour.needed.method for hour in leaving.hours.values()} == {"Erlang A"}


def test_the_page_says_what_the_analysis_says(busy: Arrivals, ada: Client) -> None:
    page = ada.get(PAGE).content.decode()
    assert f"{busy.n / busy.weeks:,.0f} came in a week" in page
    assert busy.forecast is not None
    assert busy.forecast.week(0).sentence() in page
    assert "had to get in touch more than once" in page
    assert busy.troubles["contacts"].brief() in page
    assert "nobody recorded it" in page


def test_the_grid_shows_each_layer_and_marks_the_hour_that_stands_out(busy: Arrivals, ada: Client) -> None:
    assert (bool(busy.noes.is_worse[4, 12]), int(busy.noes.is_worse.sum())) == (True, 1)
    noes = ada.get(f"{PAGE}?show=noes").content.decode()
    assert busy.noes.cell(4, 12).sentence() in noes
    assert "1 hour of the week stands out" in noes
    assert noes.count("stands out</span>") == 1
    people = ada.get(f"{PAGE}?show=people&handling=10&share=80&target=20&absent=30").content.decode()
    plan = plan_week(busy, Wish(handling=600))
    assert f"{plan.rostered:,} hours of people a week" in people
    assert "Nothing recorded about broken promises" in ada.get(f"{PAGE}?show=misses").content.decode()
    assert "Most come on" in ada.get(f"{PAGE}?show=nonsense").content.decode()


def test_the_plan_goes_as_csv_for_what_was_asked(busy: Arrivals, ada: Client) -> None:
    written = ada.get(f"{PAGE}plan.csv?handling=10&channel=phone").content.decode().splitlines()
    phone = read_arrivals(open_lake(), where={"channel": "phone"}, at=now())
    assert phone is not None
    plan = plan_week(phone, Wish(handling=600))
    assert written[0].startswith("day,hour,expected,agents,rostered")
    assert len(written) == 1 + len(plan.hours)
    assert sum(int(line.split(",")[4]) for line in written[1:]) == plan.rostered


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    "wrong", ["handling=never", "share=101", "absent=95", "weeks=5", "channel=pigeon", "target=-1"]
)
def test_what_cannot_be_asked_is_said_and_the_usual_is_shown(ada: Client, wrong: str) -> None:
    refused = ada.get(f"{PAGE}?{wrong}")
    assert refused.status_code == REFUSED
    assert "errorlist" in refused.content.decode() or wrong.startswith("weeks")
    assert "came in a week" in refused.content.decode()


@pytest.mark.usefixtures("busy")
def test_nobody_who_serves_is_named_on_any_layer(ada: Client) -> None:
    for layer in ("arrivals", "people", "noes", "misses"):
        assert "Zacharias" not in ada.get(f"{PAGE}?show={layer}").content.decode()
    assert "Zacharias" not in ada.get(f"{PAGE}plan.csv").content.decode()


@pytest.mark.usefixtures("busy")
def test_everybody_of_the_house_looks_and_dan_finds_nothing(
    ben: Client, vera: Member, dan: Client, client: Client
) -> None:
    for browser in (ben, sign_in(vera.user.email)):
        assert "came in a week" in browser.get(PAGE).content.decode()
    for address in (PAGE, f"{PAGE}plan.csv"):
        assert dan.get(address).status_code == NOT_FOUND
    assert "Not a whole week of interactions yet" in dan.get("/w/globex/capacity/").content.decode()
    assert dan.get("/w/globex/capacity/plan.csv").status_code == NOT_FOUND
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_the_hours_are_those_of_the_house(acme: Cast, ada: Client) -> None:
    first = datetime(2026, 1, 5, 23, 30, tzinfo=ZoneInfo("UTC"))
    open_lake().record("interactions", [fact(f"{n}", first + n * WEEK, opened_at=first + n * WEEK) for n in range(4)])
    page = ada.get(PAGE).content.decode()
    assert "Most come on Tuesday at 00:00" in page
