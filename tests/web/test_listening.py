"""Surveys are begun, changed, launched, rehearsed and asked from Listen."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cases.stories import NO, ask, say
from tests.cast import Cast
from untilyes.customers.actions import welcome_customer
from untilyes.plumbing.clock import now
from untilyes.sources.models import ImportRun
from untilyes.surveys.actions import draft_survey
from untilyes.surveys.definition import Kind
from untilyes.surveys.links import link_to_survey
from untilyes.surveys.models import Invitation, Response, Survey
from untilyes.surveys.queries import get_newest_version
from untilyes.surveys.starting import STARTS, begin_survey

OK, REDIRECT, FORBIDDEN, UNPROCESSABLE = 200, 302, 403, 422


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def fields_of(browser: Client, path: str) -> dict[str, str]:
    """What the form on the page would send if nothing were changed."""
    context = browser.get(path).context
    typed: dict[str, str] = {}
    for row in context["rows"]:
        typed |= {f"key-{row.place}": row.key, f"kind-{row.place}": row.kind, f"show_if-{row.place}": row.show_if}
        typed |= {f"required-{row.place}": "1"} if row.required else {}
        for name in ("words", "low", "high", "choices"):
            typed |= {f"{name}-{row.place}-{language}": words for language, words in getattr(row, name)}
    return typed


@pytest.fixture
def survey(acme: Cast) -> Survey:
    return draft_survey("Trust", begin_survey("trust"), at=now(), by=acme.ada)


@pytest.mark.parametrize("start", [*STARTS, "confirmation"])
def test_every_beginning_is_ready_in_every_shipped_language(start: str) -> None:
    for question in begin_survey(start).questions:
        assert set(question.words) >= {"en", "de", "es", "pt"}


def test_ada_begins_changes_and_launches_a_survey(acme: Cast, ada: Client) -> None:
    began = ada.post("/w/acme/listen/surveys/new/", {"name": "Shoes", "start": "nps", "languages": ["en", "de"]})
    edit = began.headers["Location"]
    typed = fields_of(ada, edit)
    typed |= {
        "words-2-en": "Which shoe?",
        "words-2-de": "Welcher Schuh?",
        "kind-2": "one_choice",
        "choices-2-en": "Left\nRight",
        "choices-2-de": "Links\nRechts",
        "show_if-2": "nps: 0, 1, 2",
    }
    assert ada.post(edit, typed).status_code == REDIRECT
    survey = Survey.objects.get(name="Shoes")
    added = get_newest_version(survey).asks.questions[2]
    assert (added.key, added.kind) == ("which_shoe", Kind.ONE_CHOICE)
    assert [(choice.key, choice.words["de"]) for choice in added.choices] == [("left", "Links"), ("right", "Rechts")]
    assert added.show_if[0].among == ("0", "1", "2")
    page = f"/w/acme/listen/surveys/{survey.pk}/"
    assert "Launch version 1" in words_of(ada.get(page))
    ada.post(page + "launch/")
    assert link_to_survey(survey) in ada.get(page).content.decode()
    assert link_to_survey(survey) in ada.get("/w/acme/share/").content.decode()


def test_a_form_sent_back_unchanged_means_the_same_survey(acme: Cast, survey: Survey, ada: Client) -> None:
    before = get_newest_version(survey).asks
    edit = f"/w/acme/listen/surveys/{survey.pk}/edit/"
    ada.post(edit, fields_of(ada, edit))
    assert get_newest_version(survey).asks == before


def test_a_launched_wording_stays_and_the_change_is_a_new_version(acme: Cast, survey: Survey, ada: Client) -> None:
    page = f"/w/acme/listen/surveys/{survey.pk}/"
    ada.post(page + "launch/")
    ada.post(page + "edit/", fields_of(ada, page + "edit/") | {"words-0-en": "Do you trust Acme?"})
    assert survey.versions.count() == 2
    assert survey.versions.get(number=1).asks.questions[0].words["en"] == STARTS["trust"].questions[0].words["en"]
    assert "Launch version 2" in words_of(ada.get(page))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind-0": "nonsense"}, "Question 1: choose how it is answered."),
        ({"kind-0": "one_choice"}, "choices belong to one_choice and several_choices"),
        ({"show_if-1": "later: yes"}, "which is not asked before it"),
        ({"show_if-1": "nonsense"}, "“nonsense” is no condition"),
        ({"key-1": "trust"}, "Two questions are called 'trust'."),
    ],
)
def test_what_makes_no_survey_is_said_and_nothing_typed_is_lost(
    acme: Cast, survey: Survey, ada: Client, change: dict[str, str], told: str
) -> None:
    edit = f"/w/acme/listen/surveys/{survey.pk}/edit/"
    refused = ada.post(edit, fields_of(ada, edit) | {"words-0-en": "My own <words>"} | change)
    assert refused.status_code == UNPROCESSABLE
    assert told in words_of(refused)
    assert 'value="My own &lt;words&gt;"' in refused.content.decode()


def test_two_surveys_of_one_name_are_two_surveys(acme: Cast) -> None:
    slugs = [draft_survey("Trust", begin_survey("trust"), at=now(), by=acme.ada).slug for _ in range(3)]
    assert slugs == ["trust", "trust-2", "trust-3"]


def test_a_rehearsal_shows_the_real_page_and_counts_nowhere(acme: Cast, survey: Survey, ada: Client) -> None:
    page = f"/w/acme/listen/surveys/{survey.pk}/"
    address = ada.post(page + "rehearse/", {"language": "de"}).headers["Location"]
    path = "/" + address.split("//", 1)[1].split("/", 1)[1]
    assert "Vertrauen Sie darauf" in words_of(Client().get(path))
    assert Invitation.objects.get().is_test
    assert "Asked 0" in words_of(ada.get(page))


def test_a_customer_is_asked_or_it_is_said_why_not(acme: Cast, survey: Survey, ada: Client) -> None:
    page = f"/w/acme/listen/surveys/{survey.pk}/"
    ada.post(page + "launch/")
    assert "Cleo" in words_of(ada.get(page + "?q=cleo"))
    asked = ada.post(page + "ask/", {"customer": str(acme.cleo.pk)}, follow=True)
    assert "Cleo is asked by e-mail." in words_of(asked)
    again = ada.post(page + "ask/", {"customer": str(acme.cleo.pk)}, follow=True)
    assert "Cleo was not asked: asked a short while ago." in words_of(again)
    eve = welcome_customer(phone="+4930123456", name="Eve")
    assert "no address known" in words_of(ada.post(page + "ask/", {"customer": str(eve.pk)}, follow=True))


def test_listen_tells_the_response_rate_with_its_interval(acme: Cast, ada: Client) -> None:
    for number in range(4):
        customer = welcome_customer(email=f"c{number}@customer.example", name=f"C{number}")
        invitation = ask(acme, customer=customer, interaction_id=f"order-{number}", at=now())
        if number < 3:
            say(invitation, NO, at=now())
    assert Response.objects.count() == 3
    page = words_of(ada.get("/w/acme/listen/"))
    assert "75 %" in page
    assert "30 to 95 of 4 asked" in page  # Wilson's interval for 3 of 4


def test_imports_are_listed_with_what_became_of_their_rows(acme: Cast, ada: Client) -> None:
    counts = [{"read": 10, "accepted": 7, "rejected": 2, "repeated": 1, "corrected": 0, "reasons": {"no <date>": 2}}]
    ImportRun.objects.create(
        recipe="generic", files=[{"file": "a.csv"}], counts=counts, state="done", started_at=now(), ended_at=now()
    )
    page = ada.get("/w/acme/listen/")
    assert "generic a.csv 10 7 1 2 done 2 left out: no <date>" in words_of(page)
    assert "no <date>" not in page.content.decode()


def test_ben_sees_surveys_but_does_not_change_them(acme: Cast, survey: Survey, ben: Client) -> None:
    page = f"/w/acme/listen/surveys/{survey.pk}/"
    assert "Launch version" not in words_of(ben.get(page))
    assert ben.get(page + "edit/").status_code == FORBIDDEN
    assert ben.post(page + "launch/").status_code == FORBIDDEN
    assert ben.get("/w/acme/listen/surveys/new/").status_code == FORBIDDEN
