"""What we heard, what we did: drafted from facts, approved by a person, sent once to everyone who gave feedback."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction

from tests.campaigns.audience import person
from tests.cases.stories import AT, DAY, NO, YES, ask, propose, say
from tests.cast import Cast
from tests.post import carry_post, html_of
from untilyes.campaigns.access import get_letter, get_letter_by_link
from untilyes.campaigns.actions import (
    approve_letter,
    draft_letter,
    plan_letters,
    refuse_letters,
    send_next_copy,
    write_letter,
)
from untilyes.campaigns.jobs import draft_letters, send_letters
from untilyes.campaigns.links import LETTER
from untilyes.campaigns.models import Letter, LetterCopy
from untilyes.campaigns.queries import list_authors, list_letters, list_readers, read_heard, read_letter
from untilyes.campaigns.rules import Fate, NotPossible, Stage, find_month_start, is_letter_due
from untilyes.cases.queries import find_case_for_response
from untilyes.customers.actions import merge_customers
from untilyes.customers.models import Customer
from untilyes.feedback.queries import open_lake
from untilyes.insights.models import KeptFinding, Run
from untilyes.insights.rules import State
from untilyes.stats import estimate_share
from untilyes.surveys.links import BadLink, sign_key
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.tenancy import NotFound, inside

JUNE = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)
TEXTS = {
    "en": {"heard": "One shoe was missing.", "did": "Every box is weighed now."},
    "de": {"heard": "Ein Schuh fehlte.", "did": "Jeder Karton wird gewogen."},
}


def hear(cast: Cast, customer: Customer, answers: dict[str, str], *, at: datetime = AT) -> None:
    """A customer answers the two questions."""
    say(ask(cast, customer=customer, interaction_id=f"order-{customer.name}-{at:%j}", at=at), answers, at=at)


def written(cast: Cast, *, at: datetime = JUNE) -> Letter:
    """A letter about May, written and not yet approved."""
    return write_letter(draft_letter(at=at, by=cast.ada), TEXTS, by=cast.ada, at=at)


def send(letter: Letter, cast: Cast, *, at: datetime = JUNE) -> list[str]:
    """Approve it and let the worker send it; who got a mail."""
    carry_post()
    approve_letter(letter, by=cast.ada, at=at)
    while send_letters(at):
        pass
    return sorted(mail.to[0] for mail in carry_post())


def test_everyone_who_gave_feedback_gets_it_once_in_their_language(acme: Cast) -> None:
    dora = person("Dora", language="de")
    for one in (acme.cleo, dora):
        hear(acme, one, YES)
        hear(acme, one, NO, at=AT + DAY)
    carry_post()
    letter = approve_letter(written(acme), by=acme.ada, at=JUNE)
    while send_letters(JUNE):
        pass
    mails = {mail.to[0]: mail for mail in carry_post()}
    assert set(mails) == {"cleo@customer.example", "dora@customer.example"}
    assert "Jeder Karton wird gewogen." in html_of(mails["dora@customer.example"])
    assert mails["dora@customer.example"].subject == "Acme: was wir gehört und was wir getan haben"
    assert "/heard/" in mails["cleo@customer.example"].body
    assert Letter.objects.get().stage == Stage.SENT
    assert (read_letter(letter, at=JUNE).told, send_letters(JUNE)) == (2, 0)


def test_nothing_leaves_without_a_persons_approval(acme: Cast) -> None:
    hear(acme, acme.cleo, YES)
    letter = written(acme)
    carry_post()
    assert send_letters(JUNE) == 0
    assert (carry_post(), LetterCopy.objects.count()) == ([], 0)
    with pytest.raises(BadLink):
        get_letter_by_link(sign_key(letter.key, purpose=LETTER))
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.update(stage=Stage.SENDING)


def test_the_next_letter_begins_where_the_last_ended_and_goes_to_those_heard_since(acme: Cast) -> None:
    dora = person("Dora")
    hear(acme, acme.cleo, YES)
    first = written(acme)
    assert send(first, acme) == ["cleo@customer.example"]
    hear(acme, dora, YES, at=AT + 35 * DAY)
    july = datetime(2026, 7, 2, tzinfo=UTC)
    second = written(acme, at=july)
    assert second.since == first.until
    assert send(second, acme, at=july) == ["dora@customer.example"]


def test_who_opted_out_or_refused_letters_or_has_no_address_gets_none(acme: Cast) -> None:
    quiet, tired = person("Quiet"), person("Tired")
    for one in (acme.cleo, quiet, tired):
        hear(acme, one, YES)
    Customer.objects.filter(pk=quiet.pk).update(opted_out_at=AT)
    refuse_letters(tired, at=AT)
    refuse_letters(tired, at=AT + DAY)
    letter = written(acme)
    assert send(letter, acme) == ["cleo@customer.example"]
    assert {fate.value: n for fate, n in read_letter(letter, at=JUNE).aside.items()} == {"opted_out": 2}
    assert Customer.objects.get(pk=tired.pk).opted_out_at is None  # they are still asked, and still answered


def test_somebody_who_refuses_while_it_is_sent_gets_none(acme: Cast) -> None:
    hear(acme, acme.cleo, YES)
    letter = approve_letter(written(acme), by=acme.ada, at=JUNE)
    refuse_letters(acme.cleo, at=JUNE)
    carry_post()
    send_letters(JUNE)
    assert (carry_post(), read_letter(letter, at=JUNE).told) == ([], 0)


def test_a_refusal_holds_for_whoever_they_turn_out_to_be(acme: Cast) -> None:
    twin = person("Twin")
    hear(acme, acme.cleo, YES)
    refuse_letters(twin, at=AT)
    merge_customers(acme.cleo, twin, evidence="Same order.", at=AT + DAY)
    assert [fate.value for _, fate in list_readers(written(acme), at=JUNE)] == ["opted_out"]


def test_a_copy_that_cannot_be_handed_over_stops_no_other(acme: Cast) -> None:
    for one in (acme.cleo, person("Dora")):
        hear(acme, one, YES)
    letter = written(acme)
    with patch("untilyes.campaigns.actions.answering.send_letter", side_effect=[OSError("full"), ""]):
        send(letter, acme)
    assert sorted(LetterCopy.objects.values_list("fate", flat=True)) == ["by_mail", "failed"]


def test_two_who_turned_out_to_be_one_get_one_copy(acme: Cast) -> None:
    twin = person("Twin")
    for one in (acme.cleo, twin):
        hear(acme, one, YES)
    merge_customers(acme.cleo, twin, evidence="Same order.", at=AT + DAY)
    assert list_authors(since=AT - DAY, until=JUNE) == [acme.cleo]


def test_the_draft_counts_what_was_heard_and_names_what_was_acted_on(acme: Cast) -> None:
    people = [person(f"P{n}") for n in range(6)]
    for n, one in enumerate(people):
        hear(acme, one, YES if n < 4 else NO)
    response = say(ask(acme, interaction_id="order-x"), NO, at=AT)
    case = find_case_for_response(response.pk)
    assert case is not None
    say(propose(acme, case, at=AT + DAY), YES, at=AT + 2 * DAY)
    run = Run.objects.create(asked_at=AT)
    for key, state in (("a", State.FIXED), ("b", State.NEW)):
        KeptFinding.objects.create(
            key=key, kind="change", tone="worse", sentence=f"Finding {key}.", action=f"Do {key}.", customers=9, worth=1,
            state=state, first_run=run, last_run=run,
        )  # fmt: skip
    letter = draft_letter(at=JUNE, by=acme.ada)
    heard = read_heard(since=letter.since, until=letter.until)
    assert (heard.customers, heard.cases, heard.cases_with_yes) == (7, 3, 1)
    assert heard.yes == estimate_share(5, 8)  # four and the yes at the end, of eight who answered both
    text = letter.texts["en"]
    assert "7 of you told us" in text["heard"]
    assert "Finding a." in text["heard"]
    assert "3 of you said no" in text["did"]
    assert "Do a." in text["did"]
    assert "Finding b." not in text["heard"]


def tell_elsewhere(customer: Customer, text: str, *, at: datetime, source: str = "review", arrives: datetime) -> None:
    """Something a customer said that we never asked for, as an import brings it."""
    key = str(customer.pk)
    fact = {"id": f"{key}:{at:%m%d}", "customer_id": key, "at": at, "source": source, "text": text}
    open_lake().record("comments", [fact], at=arrives)


def test_whoever_told_us_elsewhere_hears_back_too_if_they_may_be_written_to(acme: Cast) -> None:
    dora, far, quiet, mute = person("Dora"), person("Far", email=False), person("Quiet"), person("Mute")
    for one in (dora, far, quiet, mute):
        tell_elsewhere(one, "Late again.", at=AT, arrives=AT)
    open_lake().record("comments", [{"id": "nobody", "customer_id": "c1", "at": AT, "source": "social", "text": "Hm."}])
    Customer.objects.filter(pk=quiet.pk).update(opted_out_at=AT)
    refuse_letters(mute, at=AT)
    hear(acme, acme.cleo, YES)
    tell_elsewhere(acme.cleo, "Fine.", at=AT, arrives=AT, source="ticket")
    letter = written(acme)
    heard = read_heard(since=letter.since, until=letter.until)
    assert (heard.customers, dict(heard.sources)) == (5, {"review": 4, "survey": 1, "ticket": 1})
    assert heard.yes == estimate_share(1, 1)  # whoever was not asked the two questions is in no share of them
    assert send(letter, acme) == ["cleo@customer.example", "dora@customer.example"]
    assert read_letter(letter, at=JUNE).aside == {Fate.NO_ADDRESS: 1, Fate.OPTED_OUT: 2}


def test_what_reaches_us_after_its_letter_is_answered_with_the_next_and_only_once(acme: Cast) -> None:
    dora = person("Dora")
    july = datetime(2026, 7, 2, tzinfo=UTC)
    tell_elsewhere(acme.cleo, "Late.", at=AT, arrives=AT)
    assert send(written(acme), acme) == ["cleo@customer.example"]
    tell_elsewhere(acme.cleo, "Late, I said.", at=AT, arrives=JUNE + DAY)  # corrected, and answered already
    tell_elsewhere(dora, "Late too.", at=AT + 20 * DAY, arrives=JUNE + DAY)
    tell_elsewhere(person("Old"), "Years ago.", at=AT - 400 * DAY, arrives=JUNE + DAY)
    assert send(written(acme, at=july), acme, at=july) == ["dora@customer.example"]


def test_nobody_gets_two_letters_within_two_weeks(acme: Cast) -> None:
    hear(acme, acme.cleo, YES)
    assert send(written(acme), acme) == ["cleo@customer.example"]
    dora, soon = person("Dora"), JUNE + 5 * DAY
    for one in (acme.cleo, dora):
        hear(acme, one, YES, at=JUNE + DAY)
    second = written(acme, at=soon)  # asked for by hand, a few days later
    assert send(second, acme, at=soon) == ["dora@customer.example"]
    assert read_letter(second, at=soon).aside == {Fate.TOLD_LATELY: 1}


def test_what_dans_customers_say_is_in_none_of_our_letters(acme: Cast) -> None:
    tell_elsewhere(acme.cleo, "Late.", at=AT, arrives=AT)
    with inside(acme.globex):
        assert list_authors(since=AT - DAY, until=JUNE) == []


def test_what_a_few_customers_said_is_not_drafted_as_a_share(acme: Cast) -> None:
    for n in range(4):
        hear(acme, person(f"P{n}"), NO)
    assert draft_letter(at=JUNE, by=acme.ada).texts["en"] == {"heard": "4 of you told us what you think.", "did": ""}


def test_one_is_drafted_every_month_where_somebody_wants_that(acme: Cast) -> None:
    hear(acme, acme.cleo, YES)
    assert draft_letters(JUNE) == 0
    plan_letters(is_monthly=True, by=acme.ada, at=AT)
    assert draft_letters(JUNE) == 1
    assert draft_letters(JUNE + DAY) == 0
    letter = Letter.objects.get()
    assert (letter.stage, letter.until) == (Stage.DRAFT, datetime(2026, 5, 31, 22, 0, tzinfo=UTC))  # June in Berlin


def test_a_month_begins_where_the_house_is_and_is_due_once() -> None:
    begins = find_month_start(JUNE)
    assert begins == datetime(2026, 6, 1, tzinfo=UTC)
    assert is_letter_due(last_until=None, local_now=JUNE)
    assert is_letter_due(last_until=AT, local_now=JUNE)
    assert not is_letter_due(last_until=begins, local_now=JUNE)


def test_nobody_to_answer_makes_no_letter(acme: Cast) -> None:
    with pytest.raises(NotPossible, match="Nobody whom we know"):
        draft_letter(at=JUNE, by=acme.ada)


def test_a_letter_half_written_is_not_approved_and_a_sent_one_not_changed(acme: Cast) -> None:
    hear(acme, acme.cleo, YES)
    letter = draft_letter(at=JUNE, by=acme.ada)
    with pytest.raises(NotPossible, match="What we did"):
        write_letter(letter, {"en": {"heard": "Much.", "did": " "}}, by=acme.ada, at=JUNE)
    with pytest.raises(NotPossible, match="Write it in en"):
        write_letter(letter, {"de": TEXTS["de"]}, by=acme.ada, at=JUNE)
    Letter.objects.update(texts={"en": {"heard": "Much.", "did": ""}})
    with pytest.raises(NotPossible, match="What we did"):
        approve_letter(letter, by=acme.ada, at=JUNE)
    write_letter(letter, TEXTS, by=acme.ada, at=JUNE)
    send(letter, acme)
    with pytest.raises(NotPossible, match="not changed afterwards"):
        write_letter(Letter.objects.get(), TEXTS, by=acme.ada, at=JUNE)
    assert approve_letter(letter, by=acme.ada, at=JUNE + DAY).approved_at == JUNE


def test_only_leaders_write_letters_and_dan_finds_none(acme: Cast) -> None:
    hear(acme, acme.cleo, YES)
    letter = written(acme)
    for verb in (
        lambda: draft_letter(at=JUNE, by=acme.ben),
        lambda: write_letter(letter, TEXTS, by=acme.ben, at=JUNE),
        lambda: approve_letter(letter, by=acme.ben, at=JUNE),
        lambda: plan_letters(is_monthly=True, by=acme.ben, at=JUNE),
    ):
        with pytest.raises(NotAllowed):
            verb()
    with inside(acme.globex):
        assert list_letters(at=JUNE) == []
        assert send_next_copy(letter, at=JUNE) is None
        with pytest.raises(NotFound):
            get_letter(letter.pk, seen_by=acme.dan)
