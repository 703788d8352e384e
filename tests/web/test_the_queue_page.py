"""The queue through its page: narrowed, paged, kept as a view, and worked on in one go."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cases.stories import fresh, open_by_no
from tests.cast import Cast
from tests.web.test_working_a_case import words_of
from untilyes.cases.actions import end_case, take_case
from untilyes.cases.models import Case, SavedView
from untilyes.cases.rules import EndedHow, Priority
from untilyes.plumbing.clock import now
from untilyes.web.cases import queue_page
from untilyes.workspaces.models import Member

OK, REDIRECT, UNPROCESSABLE, NOT_FOUND, FORBIDDEN = 200, 302, 422, 404, 403
QUEUE, MANY, VIEWS = "/w/acme/cases/", "/w/acme/cases/many/", "/w/acme/cases/views/"


@pytest.fixture
def three(acme: Cast) -> list[Case]:
    """Three cases, the first of them Ben's."""
    at = now() - timedelta(hours=1)
    cases = [open_by_no(acme, interaction_id=f"order-{number}", at=at) for number in (1, 2, 3)]
    take_case(cases[0], by=acme.ben, at=at)
    return cases


def test_a_filter_narrows_the_queue_and_every_part_keeps_it(three: list[Case], ben: Client) -> None:
    page = ben.get(QUEUE, {"assignee": "nobody"})
    assert "#1" not in table_of(page)
    assert "#2" in table_of(page)
    assert "#3" in table_of(page)
    assert "?which=mine&amp;assignee=nobody" in page.content.decode()
    assert "No case fits" in words_of(ben.get(QUEUE, {"state": "working", "assignee": "nobody"}))


def test_the_queue_is_shown_in_pages(three: list[Case], ben: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_page, "PAGE_SIZE", 2)
    first, second = ben.get(QUEUE), ben.get(QUEUE, {"page": "2"})
    assert "1 to 2 of 3" in words_of(first)
    assert "3 to 3 of 3" in words_of(second)
    assert "page=2" in first.content.decode()
    assert sorted(numbers_in(first) + numbers_in(second)) == [1, 2, 3]
    assert "3 to 3 of 3" in words_of(ben.get(QUEUE, {"page": "99"}))
    assert ben.get(QUEUE, {"page": "nonsense"}).status_code == OK


def test_a_view_is_kept_shared_and_removed(three: list[Case], ben: Client, ada: Client, acme: Cast) -> None:
    kept = ben.post(VIEWS, {"which": "open", "assignee": "nobody", "name": "Orphans", "shared": "yes"}, follow=True)
    assert "“Orphans” is kept, for everybody" in words_of(kept)
    assert "Orphans shared 2" in words_of(ada.get(QUEUE))
    refused = ben.post(VIEWS, {"which": "open", "name": " "})
    assert refused.status_code == UNPROCESSABLE
    assert "Give the view a name" in words_of(refused)
    view = SavedView.objects.get()
    ben.post(f"{VIEWS}{view.pk}/remove/")
    assert not SavedView.objects.exists()


def test_nothing_happens_to_many_cases_before_it_was_confirmed(three: list[Case], ben: Client, acme: Cast) -> None:
    asked = {"n": ["2", "3"], "do": "assign", "to": str(acme.ada.pk), "asked": "which=unassigned"}
    page = ben.get(MANY, asked)
    assert "Given to Ada: 2 cases?" in words_of(page)
    assert fresh(three[1]).assignee is None
    done = ben.post(MANY, asked)
    assert done.headers["Location"] == "/w/acme/cases/?which=unassigned"
    assert {fresh(case).assignee for case in three[1:]} == {acme.ada}
    assert "Given to Ada: 2 cases." in words_of(ben.get(QUEUE))


@pytest.mark.parametrize(
    "deed",
    [
        {"do": "priority", "priority": "2"},
        {"do": "snooze", "until": "tomorrow"},
        {"do": "note", "text": "The carrier struck."},
    ],
    ids=["priority", "snooze", "note"],
)
def test_each_deed_is_done_to_every_chosen_case(three: list[Case], ben: Client, deed: dict[str, str]) -> None:
    assert ben.post(MANY, {"n": ["1", "2"], **deed}).status_code == REDIRECT
    for case, is_chosen in zip(map(fresh, three), (True, True, False), strict=True):
        changed = (
            case.priority == Priority.URGENT,
            case.snoozed_until is not None,
            case.notes.filter(text="The carrier struck.").exists(),
        )
        assert any(changed) == is_chosen


def test_what_refuses_is_told_and_the_rest_is_done(three: list[Case], ben: Client, acme: Cast) -> None:
    end_case(three[1], how=EndedHow.WITHDREW, reason="Said so.", by=acme.ada, at=now())
    told = words_of(ben.post(MANY, {"n": ["2", "3"], "do": "assign", "to": str(acme.ada.pk)}, follow=True))
    assert "Given to Ada: 1 case." in told
    assert "Not changed: #2: A case that is ended cannot be assigned." in told
    assert fresh(three[2]).assignee == acme.ada


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"do": "assign"}, "Choose at least one case first."),
        ({"n": "1"}, "Choose what to do with the cases."),
        ({"n": "1", "do": "assign", "to": "99999"}, "Choose somebody who works here."),
        ({"n": "1", "do": "priority", "priority": "9"}, "Choose a priority."),
        ({"n": "1", "do": "snooze", "until": "never"}, "Choose until when."),
        ({"n": "1", "do": "note", "text": " "}, "Write the note first."),
    ],
    ids=["none", "nothing", "nobody", "priority", "until", "note"],
)
def test_what_cannot_be_done_is_said(three: list[Case], ben: Client, sent: dict[str, str], why: str) -> None:
    answer = ben.get(MANY, sent)
    assert answer.status_code == UNPROCESSABLE
    assert why in words_of(answer)


def test_dan_and_viewers_change_nothing(three: list[Case], dan: Client, vera: Member, acme: Cast) -> None:
    from tests.web.conftest import sign_in

    sent = {"n": ["1"], "do": "note", "text": "Hello"}
    assert dan.post(MANY, sent).status_code == NOT_FOUND
    assert dan.post("/w/globex/cases/many/", sent).status_code == UNPROCESSABLE
    assert sign_in(vera.user.email).post(MANY, sent).status_code == FORBIDDEN
    assert not fresh(three[0]).notes.exists()


def table_of(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


def numbers_in(answer: Any) -> list[int]:
    return [number for number in (1, 2, 3) if f">#{number}<" in table_of(answer)]
