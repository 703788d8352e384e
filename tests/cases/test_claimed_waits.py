"""What was claimed as a wait and was none: the customer had spoken. Pauses and claims are read from the same lines."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.cases.stories import AT, HOUR
from untilyes.cases.owed import Line, list_pauses
from untilyes.cases.rules import NotPossible, State, Step, follow
from untilyes.cases.waits import ClaimedWait, list_claimed_waits

LATER = AT + 1000 * HOUR


def hour(number: float) -> datetime:
    return AT + number * HOUR


ASKED: list[Line] = [(AT, Step.OPENED), (hour(1), Step.WROTE), (hour(2), Step.WAITING)]


def test_a_wait_ends_with_the_customers_word_and_is_claimed_until_ours() -> None:
    claims = list_claimed_waits([*ASKED, (hour(9), Step.WROTE)], heard=[hour(5)])
    assert claims == [ClaimedWait(hour(2), ends=hour(9), answered_at=hour(5))]
    assert (claims[0].waited(LATER), claims[0].overlooked(LATER)) == (3 * HOUR, 4 * HOUR)


def test_a_wait_for_a_customer_whose_word_stood_unanswered_is_all_overlooked() -> None:
    """The mail of half past one was found later; the wait began at two."""
    claims = list_claimed_waits(ASKED, heard=[hour(1.5)])
    assert claims == [ClaimedWait(hour(2), answered_at=hour(1.5))]
    assert (claims[0].waited(hour(6)), claims[0].overlooked(hour(6))) == (timedelta(0), 4 * HOUR)
    assert list_pauses(ASKED, heard=[hour(1.5)]) == []


def test_a_wait_we_ended_ourselves_overlooked_nobody() -> None:
    claims = list_claimed_waits([*ASKED, (hour(4), Step.WROTE), (hour(6), Step.WAIT_OVER)])
    assert claims == [ClaimedWait(hour(2), ends=hour(6))]
    assert claims[0].overlooked(LATER) == timedelta(0)


# A case is opened once, before anything else.
STEPS = [step for step in Step if step is not Step.OPENED]
WALKS = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 5)), max_size=30)


@given(WALKS, st.lists(st.integers(0, 100), max_size=6))
def test_the_promises_stand_still_exactly_as_long_as_it_was_the_customers_turn(
    walk: list[tuple[Step, int]], words: list[int]
) -> None:
    at, state, lines = AT, State.OPEN, [(AT, Step.OPENED)]
    for step, hours in walk:
        at += hours * HOUR
        try:
            state = follow(state, step, is_assigned=True)
        except NotPossible:  # what no case allows is in no history
            continue
        lines.append((at, step))
    heard = [hour(number) for number in words]
    paused = sum(((one.ends or LATER) - one.begins for one in list_pauses(lines, heard=heard)), timedelta(0))
    claims = list_claimed_waits(lines, heard=heard)
    assert sum((one.waited(LATER) for one in claims), timedelta(0)) == paused
    assert all(one.overlooked(LATER) >= timedelta(0) for one in claims)
