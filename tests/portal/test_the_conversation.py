"""The customer's own page about their matter: both sides' words, how it stands, a place to write."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cases.stories import NO, YES, fresh, open_by_no, propose
from tests.cast import Cast
from tests.portal.links import check_plain, conversation_of, door_of, path_of, words_of
from untilyes.cases.actions import add_note, end_case, write_to_customer
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries import read_conversation
from untilyes.cases.rules import EndedHow, State
from untilyes.plumbing.clock import now
from untilyes.portal.wordings import LANGUAGES, fixed_words
from untilyes.promises.actions import ensure_default_promises, make_promise, publish_promise
from untilyes.promises.models import Clock
from untilyes.promises.rules import Measures
from untilyes.surveys.actions import ensure_confirmation, record_response
from untilyes.surveys.links import sign_response
from untilyes.workspaces.tenancy import inside


@pytest.fixture
def case(cast: Cast) -> Case:
    """Cleo said no an hour ago; Ben wrote to her and a note to the others."""
    with inside(cast.acme):
        publish_promise(ensure_default_promises(at=now() - timedelta(days=9)), is_public=True, at=now())
        opened = open_by_no(cast, at=now() - timedelta(hours=1))
        write_to_customer(opened, "We look into <it>.", by=cast.ben, at=now() - timedelta(minutes=30))
        add_note(opened, "Second time this month.", by=cast.ben, at=now())
        return opened


def test_it_shows_both_sides_words_and_what_was_promised_and_nothing_of_ours(
    cast: Cast, browser: Client, case: Case
) -> None:
    page = browser.get(conversation_of(case))
    check_plain(page)
    words = words_of(page)
    assert "Your matter with Acme" in words
    assert "A person is working on it." in words
    assert "We promised that your matter would be solved by" in words
    assert words.index("The left shoe.") < words.index("We look into <it>.")
    assert "Ben, Acme" in words
    assert "Second time this month." not in words
    assert "<it>" not in page.content.decode()


def test_every_public_promise_is_named_for_what_it_is_and_a_broken_one_says_which(cast: Cast, browser: Client) -> None:
    with inside(cast.acme):
        begun = now() - timedelta(days=9)
        publish_promise(ensure_default_promises(at=begun), is_public=True, at=begun)
        for name, about, hours in (
            ("First answer", Measures.FIRST_RESPONSE, 4),
            ("A solution", Measures.FIRST_RESOLUTION, 48),
            ("Word from us", Measures.UPDATE, 24),
            ("One team", Measures.OWNERSHIP, 1),
        ):
            limit = timedelta(hours=hours)
            make_promise(name, about=about, limit=limit, target=limit, at=begun, is_public=True)
        case = open_by_no(cast, at=now() - timedelta(hours=6))
    words = words_of(browser.get(conversation_of(case)))
    assert words.count("We promised") == 4, "whose turn it is was promised to nobody"
    told = [words.index(f"We promised {what} by") for what in (
        "you a first answer", "that you would hear from us", "you a solution", "that your matter would be solved",
    )]  # fmt: skip
    assert told == sorted(told), "the soonest first"
    assert words.count("We have not kept that promise.") == 1
    assert told[0] < words.index("We have not kept that promise.") < told[1]
    in_german = words_of(browser.get(f"{conversation_of(case)}?lang=de"))
    assert "Wir haben Ihnen eine erste Antwort bis" in in_german
    assert "Wir haben Ihnen eine Lösung bis" in in_german


def test_a_broken_promise_is_admitted(cast: Cast, browser: Client, case: Case) -> None:
    with inside(cast.acme):
        past = now() - timedelta(minutes=1)
        Clock.objects.update(due_at=past, target_at=past)
    assert "have not kept that promise. We are sorry" in words_of(browser.get(conversation_of(case)))


def test_a_promise_that_is_not_public_and_a_target_are_never_shown(cast: Cast, browser: Client, case: Case) -> None:
    with inside(cast.acme):
        publish_promise(ensure_default_promises(at=now()), is_public=False, at=now())
    assert "promised" not in words_of(browser.get(conversation_of(case)))


def test_writing_counts_once_and_only_when_sent(cast: Cast, browser: Client, case: Case) -> None:
    address = conversation_of(case)
    browser.get(address, {"text": "Not sent."})
    for _ in range(2):
        sent = browser.post(address, {"text": "Any news?", "lang": "en"})
        assert sent.status_code == 302
    page = browser.get(sent.headers["Location"])
    assert "Your message has arrived." in words_of(page)
    assert "Any news?" in words_of(page)
    with inside(cast.acme):
        theirs = CaseMessage.objects.filter(case=case, via="portal", direction="customer")
        assert [message.text for message in theirs] == ["Any news?"]


@pytest.mark.parametrize(("text", "says"), [("  ", "Please write something first."), ("x" * 5001, "at most 5000")])
def test_nothing_and_too_much_are_refused_in_words(
    cast: Cast, browser: Client, case: Case, text: str, says: str
) -> None:
    page = browser.post(conversation_of(case), {"text": text})
    assert page.status_code == 422
    assert says in words_of(page)
    with inside(cast.acme):
        assert not CaseMessage.objects.filter(case=case, via="portal", direction="customer").exists()


def test_it_leads_to_the_two_questions_while_they_wait_and_a_yes_there_closes(
    cast: Cast, browser: Client, case: Case
) -> None:
    assert "Is it solved?" not in words_of(browser.get(conversation_of(case)))
    with inside(cast.acme):
        question = propose(cast, case, at=now())
        link = read_conversation(case, at=now()).question_link
    page = browser.get(conversation_of(case))
    assert "Is it solved? Answer two questions" in words_of(page)
    assert path_of(link) == door_of(question)
    assert "You decide whether it is." in words_of(browser.get(door_of(question)))
    browser.get(door_of(question) + "?got_it=yes&good_job=yes")
    with inside(cast.acme):
        assert fresh(case).state == State.PROPOSED
    thanks = browser.get(browser.post(door_of(question), YES).headers["Location"])
    assert "With your yes, this is closed." in words_of(thanks)
    page = browser.get(conversation_of(case))
    assert "You said yes. This is closed." in words_of(page)
    assert "If it is not over for you, write to us below." in words_of(page)
    assert "Is it solved?" not in words_of(page)


def test_a_no_to_the_proposal_reopens_and_promises_to_go_on(cast: Cast, browser: Client, case: Case) -> None:
    with inside(cast.acme):
        question = propose(cast, case, at=now())
    thanks = browser.get(browser.post(door_of(question), NO).headers["Location"])
    assert "We keep working on it with you until you say yes." in words_of(thanks)
    with inside(cast.acme):
        assert (fresh(case).state, fresh(case).reopens) == (State.WORKING, 1)


def test_words_open_again_what_we_had_given_up_on(cast: Cast, browser: Client, case: Case) -> None:
    with inside(cast.acme):
        end_case(case, how=EndedHow.WITHDREW, reason="Said so by phone.", by=cast.ada, at=now())
    assert "We have stopped working on this." in words_of(browser.get(conversation_of(case)))
    browser.post(conversation_of(case), {"text": "I never said that."})
    with inside(cast.acme):
        assert fresh(case).state == State.WORKING


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_customers_language(cast: Cast, browser: Client, case: Case, language: str) -> None:
    with inside(cast.acme):
        Case.objects.filter(pk=case.pk).update(language=language)
    page = browser.get(conversation_of(case), headers={"accept-language": "fr"})
    check_plain(page)
    assert f'<html lang="{language}">' in page.content.decode()
    assert fixed_words(language)["case_working"] in words_of(page)


def test_a_long_conversation_opens_small_and_shows_everything_when_asked(
    cast: Cast, browser: Client, case: Case
) -> None:
    with inside(cast.acme):
        for number in range(40):
            CaseMessage.objects.create(
                case=case,
                direction="us",
                author_name="Ben",
                text=f"Part {number}. " + "Lorem ipsum dolor sit amet. " * 12,
                at=now() + timedelta(seconds=number),
                via="portal",
            )
    page = browser.get(conversation_of(case))
    check_plain(page)
    assert "Part 39." in words_of(page)
    assert "The left shoe." not in words_of(page)
    everything = words_of(browser.get(conversation_of(case), {"all": "1"}))
    assert all(f"Part {number}." in everything for number in range(40))
    assert "The left shoe." in everything


def test_somebody_unknown_can_follow_their_matter_by_link_alone(cast: Cast, browser: Client) -> None:
    """Two-way with a respondent whose name nobody knows."""
    with inside(cast.acme):
        response = record_response(ensure_confirmation(cast.acme, at=now()), NO, at=now(), channel="counter")
        case = Case.objects.get()
        thanks = path_of(settings.BASE_URL + reverse("portal:thanks", args=[sign_response(response)]))
    page = browser.get(thanks)
    assert "We do not know who you are, so keep the page below" in words_of(page)
    assert conversation_of(case) in page.content.decode()
    with inside(cast.acme):
        write_to_customer(case, "It was the wrong box.", by=cast.ben, at=now())
    browser.post(conversation_of(case), {"text": "Thank you."})
    assert "It was the wrong box." in words_of(browser.get(conversation_of(case)))
