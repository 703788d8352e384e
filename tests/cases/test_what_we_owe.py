"""Promises about answers run as the history says: nobody starts, pauses or counts them by hand."""

import itertools
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.stories import AT, DAY, HOUR, NO, YES, ask, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import add_customer_message, assign_case, end_case, write_to_customer
from untilyes.cases.history import settle_owed
from untilyes.cases.models import Case
from untilyes.cases.owed import list_owed, list_pauses, list_stays
from untilyes.cases.rules import EndedHow, Step
from untilyes.feedback.models import OutboxEntry
from untilyes.promises.actions import make_promise
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock
from untilyes.promises.rules import Measures, Span

ANSWERS = (Measures.FIRST_RESPONSE, Measures.NEXT_RESPONSE, Measures.FIRST_RESOLUTION)


def promise_answers(*, at: datetime = AT - DAY) -> None:
    for measure in ANSWERS:
        make_promise(measure.value, about=measure, limit=4 * HOUR, target=HOUR, at=at)


def ran(case: Case, measure: Measures) -> list[tuple[float, float | None, float | None]]:
    """When each clock of this kind began, was kept and became void, in hours after the story began."""

    def hours(at: datetime | None) -> float | None:
        return (at - AT) / HOUR if at else None

    clocks = Clock.objects.filter(about=case.ref, promise__about=measure).order_by("turn")
    return [((one.promised_at - AT) / HOUR, hours(one.kept_at), hours(one.withdrawn_at)) for one in clocks]


def test_the_first_response_is_our_first_word_and_nothing_else_stops_it(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    assign_case(case, to=acme.ben, by=acme.ada, at=AT + HOUR)
    add_customer_message(case, "Hello?", at=AT + 2 * HOUR)
    assert ran(case, Measures.FIRST_RESPONSE) == [(0, None, None)]
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + 3 * HOUR)
    write_to_customer(case, "Still looking.", by=acme.ben, at=AT + 5 * HOUR)
    assert ran(case, Measures.FIRST_RESPONSE) == [(0, 3, None)]
    assert ran(case, Measures.NEXT_RESPONSE) == []


def test_each_further_word_of_the_customer_owes_one_answer_from_the_oldest_unanswered_on(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + HOUR)
    add_customer_message(case, "When?", at=AT + 2 * HOUR)
    add_customer_message(case, "Well?", at=AT + 3 * HOUR)
    write_to_customer(case, "Tomorrow.", by=acme.ben, at=AT + 4 * HOUR)
    add_customer_message(case, "Sure?", at=AT + 6 * HOUR)
    assert ran(case, Measures.NEXT_RESPONSE) == [(2, 4, None), (6, None, None)]


def test_the_first_resolution_is_the_first_proposal_whatever_the_customer_says(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    say(propose(acme, case, at=AT + 2 * HOUR), NO, at=AT + 3 * HOUR)
    say(propose(acme, case, "Now.", at=AT + 5 * HOUR), YES, at=AT + 6 * HOUR)
    assert ran(case, Measures.FIRST_RESOLUTION) == [(0, 2, None)]
    assert ran(case, Measures.NEXT_RESPONSE) == [(3, 5, None)]


def test_thanks_after_a_yes_owe_no_answer_and_no_clock_runs_on_after_it(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    question = propose(acme, case, at=AT + HOUR)
    add_customer_message(case, "Let me see.", at=AT + 2 * HOUR)
    say(question, YES, at=AT + 3 * HOUR)
    add_customer_message(case, "Thank you!", at=AT + 4 * HOUR)
    assert ran(case, Measures.NEXT_RESPONSE) == [(2, None, 3)]
    assert not Clock.objects.filter(about=case.ref, kept_at=None, withdrawn_at=None).exists()


def test_a_case_ended_before_any_answer_owes_none_until_it_is_open_again(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    end_case(case, how=EndedHow.WITHDREW, reason="By phone.", by=acme.ada, at=AT + HOUR)
    assert ran(case, Measures.FIRST_RESPONSE) == [(0, None, 1)]
    add_customer_message(case, "I did not.", at=AT + 2 * HOUR)
    assert ran(case, Measures.FIRST_RESPONSE) == [(0, None, None)]
    write_to_customer(case, "Sorry.", by=acme.ben, at=AT + 3 * HOUR)
    assert ran(case, Measures.FIRST_RESPONSE) == [(0, 3, None)]


def test_a_no_that_joins_owes_an_answer_too(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + HOUR)
    say(ask(acme, at=AT + 2 * HOUR), {**NO, "missing": "And the laces."}, at=AT + 2 * HOUR)
    assert ran(case, Measures.NEXT_RESPONSE) == [(2, None, None)]


def test_a_promise_made_later_counts_for_what_begins_later(acme: Cast) -> None:
    case = open_by_no(acme)
    promise_answers(at=AT + HOUR)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + 2 * HOUR)
    add_customer_message(case, "When?", at=AT + 3 * HOUR)
    assert ran(case, Measures.FIRST_RESPONSE) == []
    assert ran(case, Measures.NEXT_RESPONSE) == [(3, None, None)]


def test_an_answer_that_is_late_raises_the_case(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    watch_clocks(AT + 2 * HOUR)
    assert Case.objects.get(pk=case.pk).priority == 1
    assert ran(case, Measures.FIRST_RESPONSE) == [(0, None, None)]


@given(st.lists(st.sampled_from(list(Step)), max_size=25))
def test_spans_follow_each_other_and_at_most_the_last_one_runs(steps: list[Step]) -> None:
    lines = [(AT, Step.OPENED)]
    lines += [(AT + number * HOUR, step) for number, step in enumerate(steps, start=1) if step is not Step.OPENED]
    owed = list_owed(lines)
    turns = owed[Measures.NEXT_RESPONSE]
    for earlier, later in itertools.pairwise(turns):
        assert earlier.kept_at is not None
        assert earlier.begins < earlier.kept_at <= later.begins
    for spans in owed.values():
        assert all(span.kept_at is None or span.void_at is None for span in spans)
    decides = {Step.WROTE, Step.PROPOSED, Step.SAID_YES, Step.ENDED}
    first_word = next(((at, step) for at, step in lines if step in decides), None)
    if first_word and first_word[1] in {Step.WROTE, Step.PROPOSED}:
        assert owed[Measures.FIRST_RESPONSE] == [Span(AT, kept_at=first_word[0])]


def test_settling_again_tells_the_lake_nothing_new(acme: Cast) -> None:
    promise_answers()
    case = open_by_no(acme)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + timedelta(hours=1))
    told = OutboxEntry.objects.count()
    settle_owed(case)
    assert OutboxEntry.objects.count() == told


def test_each_word_of_ours_keeps_one_update_and_owes_the_next_whether_or_not_the_customer_speaks(acme: Cast) -> None:
    make_promise("Update", about=Measures.UPDATE, limit=4 * HOUR, target=HOUR, at=AT - DAY)
    case = open_by_no(acme)
    write_to_customer(case, "We look into it.", by=acme.ben, at=AT + HOUR)
    add_customer_message(case, "Well?", at=AT + 2 * HOUR)
    write_to_customer(case, "The shop is closed today.", by=acme.ben, at=AT + 5 * HOUR)
    assert ran(case, Measures.UPDATE) == [(0, 1, None), (1, 5, None), (5, None, None)]


def test_nobody_is_owed_an_update_while_a_case_is_over_and_somebody_is_from_the_next_no_on(acme: Cast) -> None:
    make_promise("Update", about=Measures.UPDATE, limit=4 * HOUR, target=HOUR, at=AT - DAY)
    case = open_by_no(acme)
    question = propose(acme, case, at=AT + HOUR)
    say(question, YES, at=AT + 2 * HOUR)
    write_to_customer(case, "Thank you for telling us.", by=acme.ben, at=AT + 3 * HOUR)
    say(question, NO, at=AT + 9 * HOUR)
    assert ran(case, Measures.UPDATE) == [(0, 1, None), (1, None, 2), (9, None, None)]


def stays(case: Case) -> list[tuple[str, float, float | None]]:
    """Which team had the case from when to when, in hours after the story began."""
    clocks = Clock.objects.filter(about=case.ref, promise__about=Measures.OWNERSHIP).order_by("turn")
    return [
        (one.team, (one.promised_at - AT) / HOUR, (one.kept_at - AT) / HOUR if one.kept_at else None) for one in clocks
    ]


def test_each_team_owns_a_case_until_it_gives_it_away_or_says_it_is_solved(acme: Cast) -> None:
    """Shoes has it first; a colleague of the same team changes nothing; the no brings it back to Returns."""
    make_promise("One team", about=Measures.OWNERSHIP, limit=4 * HOUR, target=HOUR, at=AT - DAY)
    case = open_by_no(acme)
    assign_case(case, to=acme.ben, by=acme.ada, at=AT + HOUR)
    assign_case(case, to=None, by=acme.ada, at=AT + 2 * HOUR, team="Returns")
    question = propose(acme, case, at=AT + 5 * HOUR)
    say(question, NO, at=AT + 8 * HOUR)
    assert stays(case) == [("Shoes", 0, 2), ("Returns", 2, 5), ("Returns", 8, None)]


def test_a_case_given_away_while_the_customer_decides_is_nobodys_until_they_say_no(acme: Cast) -> None:
    make_promise("One team", about=Measures.OWNERSHIP, limit=4 * HOUR, target=HOUR, at=AT - DAY)
    case = open_by_no(acme)
    question = propose(acme, case, at=AT + HOUR)
    assign_case(case, to=None, by=acme.ada, at=AT + 2 * HOUR, team="Returns")
    say(question, NO, at=AT + 3 * HOUR)
    assert stays(case) == [("Shoes", 0, 1), ("Returns", 3, None)]


def test_a_case_of_no_team_is_owned_by_none() -> None:
    assert list_stays([(AT, Step.OPENED, ""), (AT + HOUR, Step.PROPOSED, None)], team="") == []


MOVES = st.lists(st.tuples(st.sampled_from(list(Step)), st.sampled_from([None, "", "Shoes", "Returns"])), max_size=25)


@given(MOVES)
def test_stays_follow_each_other_and_at_most_the_last_one_runs(moves: list[tuple[Step, str | None]]) -> None:
    lines = [(AT + number * HOUR, step, team) for number, (step, team) in enumerate(moves)]
    found = list_stays(lines, team="Shoes")
    for earlier, later in itertools.pairwise(found):
        ended = earlier.kept_at or earlier.void_at
        assert ended is not None
        assert earlier.begins < ended <= later.begins
    assert all(span.team for span in found)


@given(st.lists(st.sampled_from(list(Step)), max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_pauses_lie_apart_and_none_contains_a_word_of_the_customer(steps: list[Step], words: list[int]) -> None:
    lines = [(AT + number * HOUR, step) for number, step in enumerate(steps)]
    heard = [AT + number * HOUR for number in words]
    found = list_pauses(lines, heard=heard)
    for earlier, later in itertools.pairwise(found):
        assert earlier.ends is not None
        assert earlier.ends <= later.begins
    for one in found:
        assert one.ends is None or one.begins < one.ends
        assert not any(one.begins < word and (one.ends is None or word < one.ends) for word in heard)
