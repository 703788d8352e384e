"""Opening hours on their pages: written down, looked at, changed, and chosen for a promise."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.promises.access import get_calendar
from untilyes.promises.actions import make_calendar, make_promise
from untilyes.promises.calendars import read_hours
from untilyes.promises.models import BusinessCalendar, Promise
from untilyes.promises.opening import list_calendar_versions, list_promises_within, preview_hours
from untilyes.promises.queries import list_terms
from untilyes.promises.rules import Measures
from untilyes.web.calendars.forms import list_countries
from untilyes.web.promises.forms import ABOUT, KINDS
from untilyes.workspaces.models import Member

PAGE = "/w/acme/calendars/"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
FORBIDDEN, NOT_FOUND, REDIRECT, REFUSED = 403, 404, 302, 422
WEEK = {"mon": "09:00-12:00, 13:00-17:00", "tue": "09:00-17:00", "fri": "22:00-06:00"}
HOURS = WEEK | {"zone": "Europe/Berlin", "country": "DE", "region": "BY", "special": "2026-12-24 09:00-12:00"}


@pytest.fixture
def desk(acme: Cast) -> BusinessCalendar:
    return make_calendar(
        "The desk", zone="Europe/Berlin", at=MADE, by=acme.ada,
        week=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00"),
    )  # fmt: skip


def test_hours_mean_what_the_vectors_say() -> None:
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
    shown = preview_hours(read_hours(zone="Europe/Berlin", week=week), at=datetime(2026, 11, 25, 20, tzinfo=UTC))
    hour, day = shown.examples
    assert (f"{hour.start:%a %H:%M}", f"{hour.due:%a %H:%M}") == ("Fri 16:30", "Mon 09:30")
    assert (f"{day.start:%a %H:%M}", f"{day.due:%a %H:%M}") == ("Fri 16:30", "Wed 16:30")
    assert (shown.is_open, shown.weekly) == (False, timedelta(hours=40))
    assert [f"{one.start:%a %H:%M}" for one in shown.openings][:3] == ["Thu 09:00", "Fri 09:00", "Mon 09:00"]
    assert shown.closed == ()


def test_holidays_of_a_region_are_named_as_closed() -> None:
    hours = read_hours(zone="Europe/Berlin", week={"mon": "09:00-17:00", "wed": "09:00-17:00"}, country="DE")
    shown = preview_hours(hours, at=datetime(2026, 3, 1, tzinfo=UTC))
    assert datetime(2026, 4, 6, tzinfo=UTC).date() in [day for day, _ in shown.closed]
    assert all(name for _, name in shown.closed)


def test_a_calendar_that_opens_once_a_year_still_shows_when() -> None:
    hours = read_hours(zone="UTC", week={"mon": "09:00-09:05"})
    assert len(preview_hours(hours, at=MADE).openings) == 7


def test_hours_are_looked_at_before_they_are_kept(acme: Cast, ada: Client) -> None:
    looked = ada.post(f"{PAGE}make/", HOURS | {"name": "Shop", "look": "yes"})
    assert looked.status_code == 200
    assert "What this means" in looked.content.decode()
    assert BusinessCalendar.objects.count() == 0
    made = ada.post(f"{PAGE}make/", HOURS | {"name": "Shop"})
    assert made.headers["Location"] == f"{PAGE}of/shop/"
    [version] = list_calendar_versions(get_calendar("shop", seen_by=acme.ada))
    assert (version.week, version.country, version.region, version.by) == (WEEK, "DE", "BY", acme.ada)
    assert version.special == {"2026-12-24": "09:00-12:00"}
    page = ada.get(f"{PAGE}of/shop/").content.decode()
    assert "Monday 09:00-12:00, 13:00-17:00; Tuesday 09:00-17:00; Friday 22:00-06:00" in page
    assert "Fri" in page
    assert "falls due" in page
    assert "Shop" in ada.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (dict.fromkeys(WEEK, ""), "Give at least one weekday a window"),
        ({"mon": "9 to 5"}, "write it like 09:00-17:30"),
        ({"mon": "09:00-12:00, 11:00-17:00"}, "windows that overlap"),
        ({"zone": "Berlin"}, "is not a time zone"),
        ({"region": "XX"}, "No public holidays are known for DE XX"),
        ({"special": "Christmas closed"}, "A special day is written like 2026-12-24"),
        ({"name": "The desk"}, "change that one or choose another name"),
        ({"name": "!?"}, "needs a letter or a digit"),
    ],
)
@pytest.mark.usefixtures("desk")
def test_hours_that_cannot_be_are_refused_and_what_was_typed_is_kept(
    ada: Client, wrong: dict[str, str], sentence: str
) -> None:
    asked = HOURS | {"name": "Typed by hand"} | wrong
    refused = ada.post(f"{PAGE}make/", asked)
    assert refused.status_code == REFUSED
    assert sentence in refused.content.decode().replace("&#x27;", "'")
    assert f'value="{asked["tue"]}"' in refused.content.decode() or not asked["tue"]
    assert BusinessCalendar.objects.count() == 1


def test_fewer_hours_need_a_reason_and_every_version_says_who_and_why(desk: BusinessCalendar, ada: Client) -> None:
    fewer = {"zone": "Europe/Berlin", "mon": "09:00-12:00"}
    refused = ada.post(f"{PAGE}of/the-desk/", fewer)
    assert refused.status_code == REFUSED
    assert "say why" in refused.content.decode()
    assert ada.post(f"{PAGE}of/the-desk/", fewer | {"reason": "The winter break"}).status_code == REDIRECT
    page = ada.get(f"{PAGE}of/the-desk/").content.decode()
    assert "The winter break" in page
    assert "Monday to Friday 09:00-17:00" in page
    assert [one.version for one in list_calendar_versions(desk)] == [2, 1]


def test_a_promise_runs_in_the_hours_chosen_for_it(desk: BusinessCalendar, acme: Cast, ada: Client) -> None:
    terms = {"limit": "16", "limit_unit": "hours", "target": "8", "target_unit": "hours", "reason": ""}
    asked = terms | {"name": "Word back", "about": "first_response", "calendar": "the-desk"}
    assert ada.post("/w/acme/promises/make/", asked).status_code == REDIRECT
    made = Promise.objects.get(slug="word-back")
    assert list_terms(made)[0].calendar == desk
    assert list_promises_within(desk) == [made]
    assert "Word back" in ada.get(f"{PAGE}of/the-desk/").content.decode()
    page = ada.get("/w/acme/promises/of/word-back/").content.decode()
    assert "open hours of The desk" in page
    assert '<option value="the-desk" selected>' in page
    address = "/w/acme/promises/of/word-back/change/"
    assert ada.post(address, terms | {"calendar": "elsewhere"}).status_code == REFUSED
    assert ada.post(address, terms | {"calendar": ""}).status_code == REDIRECT
    assert list_terms(made)[0].calendar is None
    back = ada.post(address, terms | {"calendar": "the-desk"})
    assert back.status_code == REFUSED
    assert "say why" in back.content.decode()


def test_every_kind_of_promise_can_be_made_and_is_said_in_words(acme: Cast, ada: Client) -> None:
    assert {kind for kind, _ in ABOUT} == {one.value for one in Measures} == set(KINDS)
    page = ada.get("/w/acme/promises/make/").content.decode()
    assert all(words in page for words in KINDS.values())


@pytest.mark.usefixtures("desk")
def test_agents_look_on_and_dan_finds_nothing(ben: Client, vera: Member, dan: Client, client: Client) -> None:
    for browser in (ben, sign_in(vera.user.email)):
        assert "The desk" in browser.get(PAGE).content.decode()
        assert "Change these hours" not in browser.get(f"{PAGE}of/the-desk/").content.decode()
        assert browser.get(f"{PAGE}make/").status_code == FORBIDDEN
        assert browser.post(f"{PAGE}of/the-desk/", HOURS).status_code == FORBIDDEN
    for address in (PAGE, f"{PAGE}make/", f"{PAGE}of/the-desk/", "/w/globex/calendars/of/the-desk/"):
        assert dan.get(address).status_code == NOT_FOUND
    assert "The desk" not in dan.get("/w/globex/calendars/").content.decode()
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_a_house_without_hours_is_told_what_that_means(acme: Cast, ada: Client) -> None:
    assert "Every minute counts" in ada.get(PAGE).content.decode()


def test_countries_are_named_as_people_name_them() -> None:
    named = dict(list_countries())
    assert (named["DE"], named["US"], named["GB"]) == ("Germany", "United States", "United Kingdom")


def test_two_calendars_may_serve_two_promises(desk: BusinessCalendar) -> None:
    terms = {"limit": timedelta(hours=8), "target": timedelta(hours=4), "at": MADE}
    first = make_promise("One", about=Measures.FIRST_RESPONSE, calendar=desk, **terms)  # type: ignore[arg-type]
    make_promise("Two", about=Measures.FIRST_RESPONSE, **terms)  # type: ignore[arg-type]
    assert list_promises_within(desk) == [first]
