"""What cases teach: before a proposal a lesson is named, a yes raises confidence, a no raises a doubt."""

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.cases.stories import AT, DAY, HOUR, NO, YES, ask, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import propose_solution
from untilyes.cases.learning import (
    begin_article_from_case,
    link_article,
    record_reader_answer,
    say_nothing_to_learn,
    want_lessons,
)
from untilyes.cases.models import Case
from untilyes.cases.rules import NotPossible, State
from untilyes.customers.actions import forget_customer, welcome_customer
from untilyes.knowledge.actions import (
    Text,
    archive_article,
    begin_article,
    edit_article,
    finish_article,
    govern_article,
    take_back_lesson,
    validate_article,
)
from untilyes.knowledge.models import Article, Lesson, Reading
from untilyes.knowledge.queries import find_reading, get_wording, list_flags, list_lessons_of
from untilyes.knowledge.rules import Audience, Confidence, Governance, NotUsable, Taught, Verdict
from untilyes.surveys.models import Response
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import inside

ANSWER = Text("A left shoe is missing", "Send the left one from the shop in town.")


def article_of(acme: Cast, *, governance: Governance = Governance.BY_USE) -> Article:
    """An article anybody may use and nobody has validated."""
    article = finish_article(begin_article(ANSWER, by=acme.ben, at=AT), by=acme.ben, at=AT)
    return govern_article(article, audience=Audience.TEAM, governance=governance, by=acme.ada, at=AT)


def now_of(article: Article) -> Confidence:
    return Confidence(Article.objects.get(pk=article.pk).confidence)


def solve(acme: Cast, article: Article, number: int, answer: dict[str, str]) -> Case:
    """Somebody else says no, Ben uses the article, and they answer."""
    customer = welcome_customer(email=f"c{number}@customer.example", name=f"C {number}")
    asked = ask(acme, customer=customer, interaction_id=f"order-{number}")
    say(asked, NO, at=AT + HOUR)
    case = Case.objects.latest("pk")
    link_article(case, article, by=acme.ben, at=AT + 2 * HOUR)
    say(propose(acme, case, at=AT + 3 * HOUR), answer, at=AT + number * DAY)
    return case


def test_where_lessons_are_wanted_nothing_is_proposed_without_one(acme: Cast) -> None:
    case = open_by_no(acme)
    want_lessons(True, by=acme.ada, at=AT)
    with pytest.raises(NotPossible, match="what this case taught"):
        propose(acme, case, at=AT + HOUR)
    assert fresh(case).state != State.PROPOSED
    say_nothing_to_learn(case, "A parcel fell off a boat.", by=acme.ben, at=AT + HOUR)
    assert propose(acme, case, at=AT + HOUR)


@pytest.mark.parametrize("taught", ["linked", "created"])
def test_an_article_linked_or_begun_is_a_lesson(acme: Cast, taught: str) -> None:
    case = open_by_no(acme)
    want_lessons(True, by=acme.ada, at=AT)
    if taught == "linked":
        link_article(case, article_of(acme), by=acme.ben, at=AT)
    else:
        begin_article_from_case(case, by=acme.ben, at=AT)
    assert propose(acme, case, at=AT + HOUR)
    assert [one.taught for one in list_lessons_of(case.ref)] == [Taught(taught)]


def test_only_who_answers_for_knowledge_decides_whether_lessons_are_wanted(acme: Cast) -> None:
    with pytest.raises(NotAllowed):
        want_lessons(True, by=acme.ben, at=AT)
    case = open_by_no(acme)
    assert propose(acme, case, at=AT + HOUR), "nothing is asked for by default"


def test_an_article_begun_from_a_case_holds_the_customers_words(acme: Cast) -> None:
    case = open_by_no(acme)
    article = begin_article_from_case(case, by=acme.ben, at=AT)
    wording = get_wording(article)
    assert (wording.title, wording.asked_as, article.origin) == ("The left shoe.", "The left shoe.", case.ref)
    assert begin_article_from_case(case, by=acme.ben, at=AT) == article
    assert Article.objects.count() == 1


def test_a_reason_is_needed_and_an_archived_article_teaches_nothing(acme: Cast) -> None:
    case = open_by_no(acme)
    with pytest.raises(NotUsable, match="why"):
        say_nothing_to_learn(case, "  ", by=acme.ben, at=AT)
    article = article_of(acme)
    archive_article(article, why="old", by=acme.ada, at=AT)
    with pytest.raises(NotUsable, match="archived"):
        link_article(case, article, by=acme.ben, at=AT)


def test_a_wrong_link_is_taken_back_until_the_customer_has_answered(acme: Cast) -> None:
    case, article = open_by_no(acme), article_of(acme)
    take_back_lesson(link_article(case, article, by=acme.ben, at=AT), by=acme.ben, at=AT)
    assert not Lesson.objects.exists()
    lesson = link_article(case, article, by=acme.ben, at=AT)
    assert link_article(case, article, by=acme.ben, at=AT) == lesson
    say(propose(acme, case, at=AT + HOUR), YES, at=AT + DAY)
    lesson.refresh_from_db()
    with pytest.raises(NotUsable, match="answered"):
        take_back_lesson(lesson, by=acme.ben, at=AT + DAY)


def test_the_yes_of_three_customers_makes_an_article_valid(acme: Cast) -> None:
    article = article_of(acme)
    seen = []
    for number in (1, 2, 3):
        solve(acme, article, number, YES)
        seen.append(now_of(article))
    assert seen == [Confidence.NOT_VALIDATED, Confidence.NOT_VALIDATED, Confidence.VALIDATED]


def test_one_customer_counts_once_and_yeses_to_an_earlier_wording_count_no_more(acme: Cast) -> None:
    article = article_of(acme)
    for number in (1, 2, 3):
        case = open_by_no(acme, interaction_id=f"order-{number}", at=AT + number * timedelta(hours=2))
        link_article(case, article, by=acme.ben, at=AT + DAY)
        say(propose(acme, case, at=AT + DAY), YES, at=AT + DAY + HOUR)
    assert now_of(article) == Confidence.NOT_VALIDATED
    edit_article(article, Text(ANSWER.title, "From the store."), by=acme.ben, at=AT + 30 * DAY)
    solve(acme, article, 4, YES)
    solve(acme, article, 5, YES)
    assert now_of(article) == Confidence.NOT_VALIDATED


def test_an_article_that_only_people_validate_is_never_made_valid_by_use(acme: Cast) -> None:
    article = article_of(acme, governance=Governance.BY_HAND)
    for number in range(1, 5):
        solve(acme, article, number, YES)
    assert now_of(article) == Confidence.NOT_VALIDATED


def test_a_first_yes_shows_that_work_in_progress_can_be_used(acme: Cast) -> None:
    article = begin_article(ANSWER, by=acme.ben, at=AT)
    solve(acme, article, 1, YES)
    assert now_of(article) == Confidence.NOT_VALIDATED
    empty = begin_article(Text("No answer yet"), by=acme.ben, at=AT)
    solve(acme, empty, 2, YES)
    assert now_of(empty) == Confidence.IN_PROGRESS


def test_a_no_flags_the_article_and_wants_another_lesson(acme: Cast) -> None:
    want_lessons(True, by=acme.ada, at=AT)
    article = article_of(acme)
    case = solve(acme, article, 1, NO)
    [flag] = list_flags(article, open_only=True)
    assert flag.why == f"The customer of case {case} said no after it was used. They wrote: The left shoe."
    assert Lesson.objects.get().verdict == Verdict.NO
    with pytest.raises(NotPossible, match="taught"):
        propose_solution(fresh(case), "Now it is there.", by=acme.ben, at=AT + 5 * DAY)
    say_nothing_to_learn(case, "The shop had none left.", by=acme.ben, at=AT + 5 * DAY)
    say(propose(acme, fresh(case), "Now it is there.", at=AT + 5 * DAY), YES, at=AT + 6 * DAY)
    assert list_flags(article, open_only=True) == []
    assert Lesson.objects.get(article=article).verdict == Verdict.YES


def test_doubts_keep_use_from_making_an_article_valid(acme: Cast) -> None:
    article = article_of(acme)
    solve(acme, article, 9, NO)
    for number in (1, 2, 3):
        solve(acme, article, number, YES)
    assert now_of(article) == Confidence.NOT_VALIDATED
    assert validate_article(Article.objects.get(pk=article.pk), by=acme.ada, at=AT + 10 * DAY)
    assert list_flags(article, open_only=True) == []


def test_the_first_no_that_opens_a_case_is_no_verdict_on_what_is_linked_later(acme: Cast) -> None:
    case, article = open_by_no(acme), article_of(acme)
    link_article(case, article, by=acme.ben, at=AT)
    assert Lesson.objects.get().verdict == Verdict.SILENT
    assert list_flags(article) == []


def test_a_reader_says_yes_or_opens_a_case_of_their_own(acme: Cast) -> None:
    article = article_of(acme)
    first, second, third = uuid4(), uuid4(), uuid4()
    record_reader_answer(article, {"got_it": "yes", "good_job": "yes"}, response_id=first, language="en", at=AT)
    assert Case.objects.count() == 0
    unhappy = {"got_it": "no", "good_job": "yes", "missing": "Which shop?"}
    for key in (second, third):
        response = record_reader_answer(article, unhappy, response_id=key, language="de", at=AT)
        assert response.touchpoint == "help"
    assert Case.objects.count() == 2, "readers are unknown to us, so each has a matter of their own"
    case = Case.objects.latest("pk")
    reading = find_reading(case.opened_by_response)
    assert reading is not None
    assert reading.article == article
    assert [one.was_enough for one in Reading.objects.order_by("pk")] == [True, False, False]
    assert {flag.why for flag in list_flags(article)} == {"A reader’s no: Which shop?"}


def test_the_same_form_sent_twice_is_one_answer(acme: Cast) -> None:
    article, key = article_of(acme), uuid4()
    for _ in range(2):
        record_reader_answer(article, YES, response_id=key, language="en", at=AT)
    assert (Reading.objects.count(), Response.objects.count()) == (1, 1)


def test_what_we_learnt_from_somebody_is_forgotten_with_them(acme: Cast) -> None:
    case = open_by_no(acme)
    link_article(case, article_of(acme), by=acme.ben, at=AT)
    forget_customer(acme.cleo, at=AT, by=acme.ada)
    assert not Lesson.objects.exists()
    assert Article.objects.count() == 1


def test_who_looks_on_teaches_nothing_and_dan_sees_no_lesson(acme: Cast, vera: Member) -> None:
    case, article = open_by_no(acme), article_of(acme)
    for deed in (
        lambda: link_article(case, article, by=vera, at=AT),
        lambda: begin_article_from_case(case, by=vera, at=AT),
        lambda: say_nothing_to_learn(case, "because", by=vera, at=AT),
    ):
        with pytest.raises(NotAllowed):
            deed()
    link_article(case, article, by=acme.ben, at=AT)
    with inside(acme.globex):
        assert list_lessons_of(case.ref) == []
