"""The promises on a case's page: every minute of them, standing still while we wait, and the list of waits."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.cases.stories import AT, DAY, HOUR, open_by_no
from tests.cast import Cast
from tests.web.conftest import sign_in
from tests.web.test_working_a_case import NOT_FOUND, OK, UNPROCESSABLE, words_of
from untilyes.cases.actions import add_customer_message, name_date, wait_for_customer, write_to_customer
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.rules import Step
from untilyes.customers.models import Identity
from untilyes.promises.actions import make_calendar, make_promise
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.rules import Measures

PAGE, WAITS = "/w/acme/cases/1/", "/w/acme/cases/waits/"


@pytest.fixture
def case(acme: Cast) -> Case:
    """Cleo said no on Monday at nine UTC, eleven in Berlin; the office there is open from nine to five."""
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")
    office = make_calendar("Office", zone="Europe/Berlin", week=week, country="DE", region="BE", at=AT - DAY)
    make_promise("Solved", about=Measures.TIME_TO_YES, limit=30 * HOUR, target=20 * HOUR, at=AT - DAY, calendar=office)
    case = open_by_no(acme)
    write_to_customer(case, "Which size is it?", by=acme.ben, at=AT + HOUR)
    return case


@contextmanager
def looking(*, at: datetime) -> Iterator[None]:
    """The pages are looked at at this moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: at)
        yield


def minutes_of(page: str) -> list[list[str]]:
    """The rows of the table of every minute, as text."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page.partition("Every minute of it")[2].partition("</table>")[0], re.S)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows if "<td" in row]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def test_the_page_explains_every_minute_that_counted_and_every_one_that_did_not(
    acme: Cast, case: Case, ben: Client
) -> None:
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 4 * HOUR)
    add_customer_message(case, "41.", at=AT + DAY)
    with looking(at=AT + DAY + 2 * HOUR):
        page = ben.get(PAGE).content.decode()
    assert minutes_of(page) == [
        ["Mon 4 May 11:00 to 15:00", "counted", "4 h"],
        ["Mon 4 May 15:00 to 17:00", "waited for the customer", "2 h"],
        ["Mon 4 May 17:00 to Tue 5 May 09:00", "closed", "16 h"],
        ["Tue 5 May 09:00 to 11:00", "waited for the customer", "2 h"],
        ["Tue 5 May 11:00 to 13:00", "counted", "2 h"],
    ]
    told = "Counted 6 h of 1 day 6 h; waited for the customer 4 h; closed 16 h. The customer has waited 1 day 2 h."
    assert told in page


def test_a_holiday_is_named_where_it_closed_the_office(acme: Cast, case: Case, ben: Client) -> None:
    """Ascension Day 2026 is Thursday, 14 May."""
    with looking(at=datetime(2026, 5, 15, 8, 0, tzinfo=UTC)):
        rows = minutes_of(ben.get(PAGE).content.decode())
    closed = [row for row in rows if row[0].startswith("Wed 13 May 17:00")]
    assert closed == [["Wed 13 May 17:00 to Fri 15 May 09:00", "closed, Ascension Day 14 May", "1 day 16 h"]]


def test_ben_lets_the_promises_stand_still_and_run_again(acme: Cast, case: Case, ben: Client) -> None:
    with looking(at=AT + 2 * HOUR):
        assert "Wait for the customer…" in words_of(ben.get(PAGE))
        ben.post(PAGE + "wait/", {"reason": "The size of the shoe."})
        page = words_of(ben.get(PAGE))
        for told in ("The promises stand still since 4 May, 13:00", "The size of the shoe.", "waits for the customer"):
            assert told in page
        assert "Wait for the customer…" not in page
    with looking(at=AT + 3 * HOUR):
        ben.post(PAGE + "go-on/")
        page = words_of(ben.get(PAGE))
    assert "The promises stand still since" not in page
    assert "goes on without waiting for the customer" in page
    assert [line.step for line in case.history.all()][-2:] == [Step.WAITING, Step.WAIT_OVER]


def test_a_wait_without_a_reason_is_refused_in_words_and_keeps_the_form_open(
    acme: Cast, case: Case, ben: Client
) -> None:
    answer = ben.post(PAGE + "wait/", {"reason": " "})
    assert answer.status_code == UNPROCESSABLE
    assert "Say what we wait for." in words_of(answer)
    assert '<details class="hold" open>' in answer.content.decode()
    assert not case.history.filter(step=Step.WAITING).exists()


def test_the_list_of_waits_shows_first_where_the_customers_answer_was_overlooked(
    acme: Cast, case: Case, ben: Client
) -> None:
    """Her answer by phone was written down a day late: the promise did not stand still for that day."""
    other = open_by_no(acme, interaction_id="order-2")
    write_to_customer(other, "Which colour?", by=acme.ben, at=AT + HOUR)
    wait_for_customer(other, "The colour.", by=acme.ben, at=AT + 2 * HOUR)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + 2 * HOUR)
    CaseMessage.objects.create(case=case, direction="customer", text="41.", at=AT + 5 * HOUR, via="phone")
    with looking(at=AT + 2 * DAY):
        page = words_of(ben.get(WAITS))
    assert "Answer overlooked ▼ 1 of 2 waits" in page
    assert "Waiting now 1" in page
    assert page.index("#1 Cleo The size.") < page.index("#2 Cleo The colour.")
    assert "▼ 43 h since 4 May, 16:00" in page


def test_without_any_wait_the_list_says_what_a_wait_is(acme: Cast, ben: Client) -> None:
    assert "Nobody waits for a customer" in words_of(ben.get(WAITS))


def test_dan_finds_neither_the_case_nor_its_waits(acme: Cast, case: Case, dan: Client) -> None:
    for address in (PAGE + "wait/", PAGE + "go-on/"):
        assert dan.post(address, {"reason": "The size."}).status_code == NOT_FOUND
    assert dan.get(WAITS).status_code == NOT_FOUND
    assert not case.history.filter(step=Step.WAITING).exists()


def test_who_may_see_no_customers_sees_no_waits(acme: Cast, case: Case, vera: object) -> None:
    assert sign_in("vera@acme.example").get(WAITS).status_code != OK


def test_earlier_turns_of_a_promise_are_folded_away(acme: Cast, ben: Client) -> None:
    make_promise("Word", about=Measures.UPDATE, limit=4 * HOUR, target=HOUR, at=AT - DAY)
    case = open_by_no(acme)
    for number in range(3):
        write_to_customer(case, f"Still looking ({number}).", by=acme.ben, at=AT + number * HOUR + timedelta(minutes=5))
    assert "Earlier turns (3)" in words_of(ben.get(PAGE))


def test_ben_names_a_day_and_the_case_says_what_the_customer_was_told(acme: Cast, ben: Client) -> None:
    make_promise("A yes", about=Measures.TIME_TO_YES, limit=4 * HOUR, target=HOUR, at=AT - DAY, is_public=True)
    open_by_no(acme)
    with looking(at=AT + HOUR):
        for day, told in (("soon", "Name a day."), ("2026-05-03", "That day is over")):
            answer = ben.post(PAGE + "name-date/", {"on": day})
            assert answer.status_code == UNPROCESSABLE
            assert told in words_of(answer)
        ben.post(PAGE + "name-date/", {"on": "2026-05-12"})
        assert "They can expect it by 12 May 2026" in words_of(ben.get(PAGE))
    watch_clocks(AT + 5 * HOUR)
    with looking(at=AT + 5 * HOUR):
        page = words_of(ben.get(PAGE))
    assert "named the day they can expect it: 12 May 2026" in page
    assert "told by mail that A yes was missed, to expect it by 12 May, the day named here" in page


def test_a_customer_without_an_address_is_to_be_told_another_way(acme: Cast, ben: Client) -> None:
    make_promise("A yes", about=Measures.TIME_TO_YES, limit=4 * HOUR, target=HOUR, at=AT - DAY, is_public=True)
    open_by_no(acme)
    Identity.objects.filter(customer=acme.cleo).delete()
    watch_clocks(AT + 5 * HOUR)
    assert "A yes was missed. We know no address to tell them: tell them another way." in words_of(ben.get(PAGE))


def test_the_customers_page_says_that_we_wait_for_them_or_are_late_and_when_to_expect_it(
    acme: Cast, client: Client
) -> None:
    make_promise("A yes", about=Measures.TIME_TO_YES, limit=4 * HOUR, target=HOUR, at=AT - DAY, is_public=True)
    case = open_by_no(acme)
    page = link_to_case(case).removeprefix(settings.BASE_URL)
    write_to_customer(case, "Which size?", by=acme.ben, at=AT + HOUR)
    wait_for_customer(case, "The size.", by=acme.ben, at=AT + HOUR)
    with looking(at=AT + 50 * HOUR):
        waiting = words_of(client.get(page))
    assert "We wait for your answer." in waiting
    assert "The size." not in waiting
    add_customer_message(case, "41.", at=AT + 2 * HOUR)
    name_date(case, date(2026, 5, 12), by=acme.ben, at=AT + 2 * HOUR)
    watch_clocks(AT + 6 * HOUR)
    with looking(at=AT + 6 * HOUR):
        late = words_of(client.get(page))
    assert "have not kept that promise. We are sorry, and still on it. We now expect it by May 12, 2026." in late
