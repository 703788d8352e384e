"""The page that asks: opening it counts nothing, sending counts once, in every language, without script or cookie."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.cases.stories import AT, NO, YES, ask
from tests.cast import Cast
from tests.portal.links import check_plain, door_of, path_of, way_out_of, words_of
from tests.post import carry_post, html_of
from untilyes.cases.models import Case
from untilyes.customers.models import Customer
from untilyes.plumbing.clock import now
from untilyes.portal.colours import checked_colour, contrast, text_on
from untilyes.portal.wordings import LANGUAGES, fixed_words
from untilyes.promises.actions import ensure_default_promises, publish_promise
from untilyes.surveys.actions import draft_survey, ensure_confirmation, invite, launch_survey
from untilyes.surveys.definition import Choice, Condition, Definition, Kind, Question
from untilyes.surveys.links import link_to_survey
from untilyes.surveys.models import Answer, Invitation, Response, Survey
from untilyes.surveys.rules import InvitationState, SurveyState
from untilyes.workspaces.tenancy import inside


def test_opening_the_link_counts_nothing_even_with_an_answer_in_it(cast: Cast, browser: Client) -> None:
    """Mail scanners open links; only the customer's own send counts."""
    invitation = invited(cast)
    for address in (door_of(invitation), door_of(invitation) + "?got_it=no"):
        assert browser.get(address).status_code == 200
        assert browser.head(address).status_code == 200
    with inside(cast.acme):
        assert not Response.objects.exists()
        assert not Case.objects.exists()
        assert Invitation.objects.get(pk=invitation.pk).state == InvitationState.ASKED


def test_the_answer_tapped_in_the_mail_is_chosen_on_the_page(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    with inside(cast.acme):
        message = carry_post()[0]
    tapped = re.findall(r'href="([^"]+\?got_it=no)"', html_of(message))[0]
    html = browser.get(path_of(tapped)).content.decode()
    assert re.search(r'name="got_it" value="no" checked', html)
    assert not re.search(r'name="got_it" value="yes" checked', html)
    assert "It counts once you press" in html
    assert door_of(invitation) in tapped


def test_a_tapped_answer_nobody_offers_or_a_text_in_the_address_is_ignored(cast: Cast, browser: Client) -> None:
    html = browser.get(door_of(invited(cast)) + "?got_it=maybe&missing=written+by+somebody+else").content.decode()
    assert " checked>" not in html
    assert "somebody else" not in html


def test_sending_counts_once_however_often_and_opens_the_case(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    for _ in range(2):
        sent = browser.post(door_of(invitation), NO)
        assert sent.status_code == 302
    thanks = browser.get(sent.headers["Location"])
    assert "You decide when it is solved. Nobody else can." in words_of(thanks)
    check_plain(thanks)
    with inside(cast.acme):
        assert (Response.objects.count(), Case.objects.count()) == (1, 1)


def test_the_thank_you_page_leads_to_the_conversation_and_says_by_when(cast: Cast, browser: Client) -> None:
    with inside(cast.acme):
        publish_promise(ensure_default_promises(at=AT), is_public=True, at=AT)
    thanks = browser.get(browser.post(door_of(invited(cast)), NO).headers["Location"])
    assert "Your matter is solved by" in words_of(thanks)
    (conversation,) = re.findall(r'href="([^"]+/c/[^"]+)"', thanks.content.decode())
    assert "The left shoe." in words_of(browser.get(path_of(conversation)))


def test_a_target_is_never_shown_to_a_customer(cast: Cast, browser: Client) -> None:
    """The promise here is not public, so the page names no day at all."""
    thanks = browser.get(browser.post(door_of(invited(cast)), NO).headers["Location"])
    assert "as soon as we know more" in words_of(thanks)
    assert "Your matter is solved by" not in words_of(thanks)


def test_somebody_who_asked_to_be_left_in_peace_is_not_promised_a_reply(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    browser.post(way_out_of(invitation))
    thanks = browser.get(browser.post(door_of(invitation), NO).headers["Location"])
    assert "You hear from us" not in words_of(thanks)
    assert "A person reads what you told us." in words_of(thanks)


def test_a_yes_is_thanked_for_and_may_be_changed(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    thanks = browser.get(browser.post(door_of(invitation), YES).headers["Location"])
    assert "The people who served you see your answer." in words_of(thanks)
    assert "You may change your answer until" in words_of(thanks)
    html = browser.get(door_of(invitation)).content.decode()
    assert re.search(r'name="got_it" value="yes" checked', html)
    browser.post(door_of(invitation), NO)
    with inside(cast.acme):
        response = Response.objects.get()
        assert (response.revision, Case.objects.count()) == (2, 1)
        assert Answer.objects.filter(response=response).count() == 5


def test_a_missing_answer_is_asked_for_and_what_was_entered_is_kept(cast: Cast, browser: Client) -> None:
    refused = browser.post(door_of(invited(cast)), {"good_job": "no", "missing": "The left <shoe>."})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert 'role="alert"' in html
    assert "Please choose an answer." in html
    assert re.search(r'name="good_job" value="no" checked', html)
    assert "The left &lt;shoe&gt;." in html
    check_plain(refused)
    with inside(cast.acme):
        assert not Response.objects.exists()


def test_what_was_missing_is_asked_only_after_a_no(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    html = browser.get(door_of(invitation)).content.decode()
    assert ".if{display:none}form:has(#q0o1:checked,#q1o1:checked) #q2{display:block}" in html
    browser.post(door_of(invitation), {**YES, "missing": "Hidden words, sent by an old browser."})
    with inside(cast.acme):
        assert not Answer.objects.filter(question="missing").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language_and_is_small(cast: Cast, browser: Client, language: str) -> None:
    with inside(cast.acme):
        Customer.objects.filter(pk=cast.cleo.pk).update(language=language)
        cast.cleo.refresh_from_db()
    invitation = invited(cast)
    words = fixed_words(language)
    page = browser.get(door_of(invitation), headers={"accept-language": "fr"})
    check_plain(page)
    assert f'<html lang="{language}">' in page.content.decode()
    assert words["send"] in words_of(page)
    others = set(re.findall(r'hreflang="(\w+)"', page.content.decode()))
    assert others == set(LANGUAGES) - {language}
    thanks = browser.get(browser.post(door_of(invitation), NO).headers["Location"])
    check_plain(thanks)
    assert words["next_decide"] in words_of(thanks)
    stop = browser.get(way_out_of(invitation))
    check_plain(stop)
    assert words["stop_button"] in words_of(stop)


def test_every_language_says_every_sentence() -> None:
    english = fixed_words("en")
    for language in LANGUAGES:
        theirs = fixed_words(language)
        assert sorted(theirs) == sorted(english), language
        for key, sentence in english.items():
            assert set(re.findall(r"{\w+}", theirs[key])) == set(re.findall(r"{\w+}", sentence)), (language, key)


def test_a_customers_language_may_be_changed_on_the_page(cast: Cast, browser: Client) -> None:
    assert '<html lang="pt">' in browser.get(door_of(invited(cast)) + "?lang=pt").content.decode()


def test_names_and_words_cannot_write_html(cast: Cast, browser: Client) -> None:
    with inside(cast.acme):
        cast.acme.name, cast.acme.why = "<b>Acme</b>", "<img src=x onerror=alert(1)>"
        cast.acme.colour = "red;}*{"
        cast.acme.save()
    page = browser.get(door_of(invited(cast)))
    check_plain(page)
    assert "&lt;b&gt;Acme&lt;/b&gt;" in page.content.decode()
    assert "red;}" not in page.content.decode()


@pytest.mark.parametrize("broken", ["", "x", "~", "AAAAAAAAAAAAAAAAAAAAAA~forged"])
def test_nonsense_leads_to_a_page_that_says_so(cast: Cast, browser: Client, broken: str) -> None:
    token = door_of(invited(cast)).strip("/").split("/")[1]
    for door in ("a", "s", "t", "c"):
        for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), broken or token[:30]):
            page = browser.get(f"/{door}/{forged}/")
            assert page.status_code == 404
            assert "This link does not work" in words_of(page)


def test_a_link_for_one_thing_opens_no_other(cast: Cast, browser: Client) -> None:
    token = door_of(invited(cast)).strip("/").split("/")[1]
    for door in ("s", "t", "c"):
        assert browser.get(f"/{door}/{token}/").status_code == 404


def test_an_expired_question_says_so_and_counts_nothing(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    with inside(cast.acme):
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=now() - timedelta(minutes=1))
    for page in (browser.get(door_of(invitation)), browser.post(door_of(invitation), YES)):
        assert page.status_code == 410
        assert "This question has run out" in words_of(page)
    with inside(cast.acme):
        assert not Response.objects.exists()


def test_a_replaced_question_leads_to_the_newer_one_in_words(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    with inside(cast.acme):
        Invitation.objects.filter(pk=invitation.pk).update(state=InvitationState.REPLACED)
    page = browser.post(door_of(invitation), YES)
    assert page.status_code == 410
    assert "There is a newer question" in words_of(page)


def test_an_answer_given_long_ago_is_settled(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    browser.post(door_of(invitation), YES)
    with inside(cast.acme):
        Response.objects.update(at=now() - timedelta(days=8))
    for page in (browser.get(door_of(invitation)), browser.post(door_of(invitation), NO)):
        assert page.status_code == 409
        assert "You have answered this" in words_of(page)
    with inside(cast.acme):
        assert not Case.objects.exists()


def test_opting_out_takes_one_press_and_opening_the_page_is_none(cast: Cast, browser: Client) -> None:
    invitation = invited(cast)
    browser.get(way_out_of(invitation))
    with inside(cast.acme):
        cast.cleo.refresh_from_db()
        assert cast.cleo.opted_out_at is None
    done = browser.post(way_out_of(invitation))
    assert "We will not ask you again" in words_of(done)
    with inside(cast.acme):
        cast.cleo.refresh_from_db()
        assert cast.cleo.opted_out_at is not None


def test_a_link_survey_counts_each_opened_page_once(cast: Cast, browser: Client) -> None:
    address = path_of(link_to_survey(everything(cast)))
    forms = [form_of(browser.get(address).content.decode()) for _ in range(2)]
    for form in [*forms, forms[0]]:
        assert browser.post(address, {"form": form, "nps": "9"}).status_code == 302
    with inside(cast.acme):
        assert Response.objects.count() == 2


def test_a_link_survey_takes_no_forged_page(cast: Cast, browser: Client) -> None:
    address = path_of(link_to_survey(everything(cast)))
    page = browser.post(address, {"form": "forged", "nps": "9"})
    assert page.status_code == 422
    assert re.search(r'name="nps" value="9" checked', page.content.decode())
    with inside(cast.acme):
        assert not Response.objects.exists()


def test_a_link_may_say_where_it_hangs_and_nothing_else(cast: Cast, browser: Client) -> None:
    address = path_of(link_to_survey(everything(cast)))
    form = form_of(browser.get(address).content.decode())
    browser.post(f"{address}?touchpoint=counter&channel=%3Cscript%3E", {"form": form, "nps": "9"})
    with inside(cast.acme):
        response = Response.objects.get()
    assert (response.touchpoint, response.channel) == ("counter", "link")


def test_a_closed_survey_is_no_longer_asked(cast: Cast, browser: Client) -> None:
    survey = everything(cast)
    with inside(cast.acme):
        Survey.objects.filter(pk=survey.pk).update(state=SurveyState.CLOSED)
    assert browser.get(path_of(link_to_survey(survey))).status_code == 404


def test_a_survey_of_every_kind_of_question_is_shown_read_and_small(cast: Cast, browser: Client) -> None:
    survey = everything(cast)
    address = path_of(link_to_survey(survey))
    page = browser.get(address)
    check_plain(page)
    answers = {
        "form": form_of(page.content.decode()),
        "fine": "no",
        "trust": "sometimes",
        "nps": "10",
        "csat": "5",
        "ces": "7",
        "one": "red",
        "many": ["red", "blue"],
        "short": "Hello",
        "long": "Line one\r\nLine two",
        "agree": "yes",
    }
    assert browser.post(address, answers).status_code == 302
    with inside(cast.acme):
        stored = {row.question: row for row in Answer.objects.all()}
    assert {key: row.value for key, row in stored.items() if row.value is not None} == {
        "fine": 0.0,
        "trust": 1.0,
        "nps": 10.0,
        "csat": 5.0,
        "ces": 7.0,
        "agree": 1.0,
    }
    assert stored["many"].choices == ["red", "blue"]
    assert (stored["short"].text, stored["long"].text) == ("Hello", "Line one\nLine two")


def test_answers_nobody_offered_are_refused(cast: Cast, browser: Client) -> None:
    address = path_of(link_to_survey(everything(cast)))
    for wrong in ({"nps": "11"}, {"nps": ["1", "2"]}, {"one": "green"}, {"fine": "no", "short": "x" * 301}):
        form = form_of(browser.get(address).content.decode())
        assert browser.post(address, {"form": form, **wrong}).status_code == 422, wrong
    with inside(cast.acme):
        assert not Response.objects.exists()


@pytest.mark.parametrize("colour", ["#ffffff", "#000000", "#1f5fbf", "#777777", "#ffee00"])
def test_the_organisations_colour_always_carries_readable_text(colour: str) -> None:
    assert contrast(colour, text_on(colour)) >= 4.5
    assert checked_colour("url(x)") == "#1f5fbf"


def invited(cast: Cast) -> Invitation:
    """Cleo, asked a moment ago."""
    with inside(cast.acme):
        return ask(cast, at=now())


def everything(cast: Cast) -> Survey:
    """A live survey that asks one question of every kind."""
    red, blue = Choice(key="red", words={"en": "Red"}), Choice(key="blue", words={"en": "Blue"})
    kinds = {
        "fine": Kind.YES_NO,
        "trust": Kind.TRUST,
        "nps": Kind.SCALE_0_10,
        "csat": Kind.SCALE_1_5,
        "ces": Kind.SCALE_1_7,
        "one": Kind.ONE_CHOICE,
        "many": Kind.SEVERAL_CHOICES,
        "short": Kind.SHORT_TEXT,
        "long": Kind.LONG_TEXT,
        "agree": Kind.CONSENT,
    }
    asked = [
        Question(key=key, kind=kind, words={"en": f"What about {key}?"}, choices=(red, blue) if kind.is_choice else ())
        for key, kind in kinds.items()
    ]
    asked[7] = asked[7].model_copy(update={"show_if": (Condition(question="fine", among=("no",)),)})
    with inside(cast.acme):
        survey = draft_survey("Everything", Definition(questions=tuple(asked)), at=AT)
        launch_survey(survey, at=AT)
        return survey


def form_of(html: str) -> str:
    """The key of an opened page."""
    return str(re.findall(r'name="form" value="([^"]+)"', html)[0])


def test_a_confirmation_of_another_touchpoint_is_worded_for_it(cast: Cast, browser: Client) -> None:
    with inside(cast.acme):
        asked = ensure_confirmation(cast.acme, at=now())
        invitation = invite(asked, cast.cleo, at=now(), interaction_id="bill-1", touchpoint="billing")
    assert "Is your question about the bill settled?" in words_of(browser.get(door_of(invitation)))
