"""A missed target is our matter; a missed public promise is told to the customer before they find out, once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cases.stories import AT, DAY, HOUR, YES, fresh, open_by_no, propose, say
from tests.cast import Cast
from tests.post import carry_post
from untilyes.cases.actions import add_customer_message, assign_case, end_case, name_date, take_case, write_to_customer
from untilyes.cases.models import Case
from untilyes.cases.queries import read_conversation
from untilyes.cases.rules import EndedHow, NotPossible, Priority, Step
from untilyes.cases.wordings import LANGUAGES, mail_words
from untilyes.customers.models import Customer, Identity
from untilyes.feedback.facts import Circumstances
from untilyes.promises.actions import keep_promise, make_promise, resume_clock, start_clock
from untilyes.promises.expecting import FEWEST, find_expectation
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock, Promise
from untilyes.promises.rules import OURS_ALONE, Measures

CLEO, BEN, ADA = "cleo@customer.example", "ben@acme.example", "ada@acme.example"


@pytest.fixture
def promise(acme: Cast) -> Promise:
    """Everyone may read it: a yes within ten hours. We aim at five, which nobody may read."""
    return make_promise(
        "A yes", about=Measures.TIME_TO_YES, limit=10 * HOUR, target=5 * HOUR, at=AT - 200 * DAY, is_public=True
    )


@pytest.fixture
def case(acme: Cast, promise: Promise) -> Case:
    return open_by_no(acme)


def watch(at: datetime) -> dict[str, list[str]]:
    """Look at the clocks and carry the post; what each address got, subjects and texts together."""
    carry_post()
    watch_clocks(at)
    got: dict[str, list[str]] = {}
    for mail in carry_post():
        got.setdefault(mail.to[0], []).append(f"{mail.subject}\n{mail.body}")
    return got


def lasted(promise: Promise, hours: Sequence[float], *, open_hours: Sequence[float] = ()) -> None:
    """Earlier ones of this promise: kept after so many hours, or still open after so many."""
    for number, length in enumerate(hours):
        when = Circumstances(at=AT - 90 * DAY, source="survey")
        keep_promise(start_clock(promise, about=f"case:9{number:06}", when=when), at=when.at + length * HOUR)
    for number, length in enumerate(open_hours):
        start_clock(
            promise,
            about=f"case:{length:.0f}{number:06}",
            when=Circumstances(at=AT + 11 * HOUR - length * HOUR, source="survey"),
        )


def test_a_missed_target_alerts_whoever_works_on_it_and_says_nothing_to_the_customer(acme: Cast, case: Case) -> None:
    take_case(case, by=acme.ben, at=AT)
    got = watch(AT + 6 * HOUR)
    assert set(got) == {BEN}
    (mail,) = got[BEN]
    for told in ("Acme: target missed, #1", "the promise to the customer still stands", "#1 Cleo: A yes", "With Ben"):
        assert told in mail
    assert "/w/acme/cases/1/" in mail
    assert fresh(case).priority == Priority.HIGH
    assert watch(AT + 7 * HOUR) == {}


def test_where_nobody_works_on_it_the_leaders_are_alerted(acme: Cast, case: Case) -> None:
    assert set(watch(AT + 6 * HOUR)) == {ADA}


def test_of_a_missed_promise_the_leaders_learn_in_any_case_in_one_mail_each(acme: Cast, promise: Promise) -> None:
    for number in range(3):
        assign_case(open_by_no(acme, interaction_id=f"order-{number}"), to=acme.ben, by=acme.ada, at=AT)
    got = watch(AT + 11 * HOUR)
    assert [len(got[address]) for address in (BEN, ADA)] == [1, 1]
    assert "Acme: promise missed, #1 and 2 more" in got[ADA][0]
    assert "target" not in got[ADA][0]  # missed with the promise, and said by it
    assert len(got[CLEO]) == 3


def test_the_customer_is_told_once_and_never_again_for_the_same_clock(acme: Cast, case: Case) -> None:
    (mail,) = watch(AT + 11 * HOUR)[CLEO]
    assert "Acme: we are later than we promised (#1)" in mail
    assert "We promised that your matter would be solved by May 4, 2026, 9 p.m. (CEST)" in mail
    assert fresh(case).priority == Priority.URGENT
    question = propose(acme, case, at=AT + 12 * HOUR)
    say(question, YES, at=AT + 13 * HOUR)
    say(question, {"got_it": "no", "good_job": "no"}, at=AT + 14 * HOUR)
    for clock in Clock.objects.filter(about=case.ref):
        resume_clock(clock)
    assert CLEO not in watch(AT + 40 * DAY)
    assert case.history.filter(step=Step.TOLD_LATE).count() == 1


def test_nobody_is_told_that_we_broke_what_they_were_never_promised(acme: Cast) -> None:
    make_promise("Ours", about=Measures.TIME_TO_YES, limit=10 * HOUR, target=5 * HOUR, at=AT - DAY)
    case = open_by_no(acme)
    assert CLEO not in watch(AT + 11 * HOUR)
    assert not case.history.filter(step=Step.TOLD_LATE).exists()


def test_a_customer_without_an_address_gets_no_mail_and_the_case_says_so(acme: Cast, case: Case) -> None:
    Identity.objects.filter(customer=acme.cleo).delete()
    assert CLEO not in watch(AT + 11 * HOUR)
    (line,) = case.history.filter(step=Step.TOLD_LATE)
    assert line.detail["message_id"] == ""


def test_with_too_few_late_ones_to_go_by_no_day_is_named(acme: Cast, case: Case, promise: Promise) -> None:
    lasted(promise, [30] * (FEWEST - 1) + [1] * 100)
    (mail,) = watch(AT + 11 * HOUR)[CLEO]
    assert "We cannot yet name a new day" in mail
    assert read_conversation(case, at=AT + 12 * HOUR).expected_by is None


def test_the_new_day_is_what_four_in_five_of_those_as_late_took(acme: Cast, case: Case, promise: Promise) -> None:
    """Of a hundred that took twelve hours and more, the eightieth took 91; the quick ones say nothing of a late one."""
    lasted(promise, [*range(12, 112), *([1] * 500)])
    (mail,) = watch(AT + 11 * HOUR)[CLEO]
    assert "of 100 matters that had taken as long as yours, four in five" in mail
    assert "by May 8, 2026" in mail
    (line,) = case.history.filter(step=Step.TOLD_LATE)
    assert datetime.fromisoformat(line.detail["expected"]) == AT + 91 * HOUR
    assert read_conversation(case, at=AT + 12 * HOUR).expected_by == AT + 91 * HOUR
    assert read_conversation(case, at=AT + 92 * HOUR).expected_by is None


def test_those_still_open_count_as_open_so_that_the_day_is_not_too_early(
    acme: Cast, case: Case, promise: Promise
) -> None:
    clock = Clock.objects.get(about=case.ref)
    lasted(promise, [20] * 40)
    quick = find_expectation(clock, at=AT + 11 * HOUR)
    lasted(promise, [], open_hours=[19] * 30)
    careful = find_expectation(clock, at=AT + 11 * HOUR)
    assert quick is not None
    assert careful is not None
    assert (quick.took.n, careful.took.n) == (40, 70)
    lasted(promise, [], open_hours=[300] * 60)
    assert find_expectation(clock, at=AT + 11 * HOUR) is None  # fewer than four in five were ever done


def test_a_day_somebody_named_is_what_the_customer_is_told(acme: Cast, case: Case, promise: Promise) -> None:
    lasted(promise, range(12, 112))
    name_date(case, date(2026, 5, 20), by=acme.ben, at=AT + HOUR)
    name_date(case, date(2026, 5, 12), by=acme.ben, at=AT + 2 * HOUR)
    (mail,) = watch(AT + 11 * HOUR)[CLEO]
    assert "expects it to be done by May 12, 2026" in mail
    assert "four in five" not in mail


def test_a_named_day_that_is_over_says_nothing_and_none_is_named_in_the_past(acme: Cast, case: Case) -> None:
    name_date(case, AT.date(), by=acme.ben, at=AT + HOUR)
    (mail,) = watch(AT + 30 * HOUR)[CLEO]
    assert "We cannot yet name a new day" in mail
    with pytest.raises(NotPossible, match="That day is over"):
        name_date(case, AT.date() - DAY, by=acme.ben, at=AT)


def test_a_customer_who_was_asked_is_reminded_of_the_question(acme: Cast, case: Case) -> None:
    propose(acme, case, at=AT + 9 * HOUR)
    (mail,) = watch(AT + 11 * HOUR)[CLEO]
    assert "On May 4, 2026 we asked you whether it is solved." in mail


def test_nobody_is_told_about_a_case_that_is_over(acme: Cast, promise: Promise) -> None:
    make_promise("Word", about=Measures.UPDATE, limit=HOUR, target=HOUR, at=AT - DAY, is_public=True)
    case = open_by_no(acme)
    end_case(case, how=EndedHow.WITHDREW, reason="By phone.", by=acme.ada, at=AT + HOUR / 2)
    assert watch(AT + 90 * DAY) == {}


def test_how_long_a_team_has_a_case_is_told_to_no_customer(acme: Cast) -> None:
    make_promise("Team", about=Measures.OWNERSHIP, limit=HOUR, target=HOUR, at=AT - DAY, is_public=True)
    open_by_no(acme)
    assert CLEO not in watch(AT + 2 * HOUR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer_is_told_in_their_language_of_every_kind_of_promise(acme: Cast, language: str) -> None:
    Customer.objects.filter(pk=acme.cleo.pk).update(language=language)
    for measure in set(Measures) - OURS_ALONE:
        make_promise(measure.value, about=measure, limit=HOUR, target=HOUR, at=AT - DAY, is_public=True)
    case, unanswered = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    Case.objects.filter(pk__in=[case.pk, unanswered.pk]).update(language=language)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + timedelta(minutes=5))
    add_customer_message(case, "When?", at=AT + timedelta(minutes=6))
    mails = watch(AT + 2 * HOUR)[CLEO]
    words = mail_words(language)
    for measure in set(Measures) - OURS_ALONE:
        opening = words[f"late_{measure.value}"].partition("{due}")[0]
        assert any(opening in mail for mail in mails)
    assert all("{" not in mail and words["late_none"] in mail for mail in mails)


def test_the_moment_of_the_miss_is_told_even_when_nobody_looked_for_days(acme: Cast, case: Case) -> None:
    (mail,) = watch(AT + 6 * DAY)[CLEO]
    assert "May 4, 2026" in mail
    line = case.history.get(step=Step.TOLD_LATE)
    assert line.at == AT + 6 * DAY
    assert datetime.fromisoformat(line.detail["due"]) == AT + 10 * HOUR == datetime(2026, 5, 4, 19, 0, tzinfo=UTC)
