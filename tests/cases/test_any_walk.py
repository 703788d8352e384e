"""Whatever people do, in whatever order, a case is never in a state it must not be in."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.stories import AT, NO, YES, ask, fresh, open_by_no, say
from tests.cast import Cast
from untilyes.cases.actions import (
    add_customer_message,
    assign_case,
    end_case,
    merge_cases,
    propose_solution,
    set_root_cause,
    snooze_case,
    split_case,
    take_back_proposal,
    take_case,
    unmerge_case,
    wake_case,
    write_to_customer,
)
from untilyes.cases.models import Case, CaseMessage, Signal
from untilyes.cases.queries import read_coverage
from untilyes.cases.rules import EndedHow, NotPossible, State
from untilyes.promises.models import Clock
from untilyes.surveys.models import Invitation
from untilyes.surveys.rules import InvitationOver

Verb = Callable[[Cast, Case, datetime], object]


def answer(words: dict[str, str]) -> Verb:
    """The customer answers the latest question about the case, if there ever was one."""

    def verb(_cast: Cast, case: Case, at: datetime) -> None:
        question = Invitation.objects.filter(about=case.ref).order_by("sent_at", "pk").last()
        if question is None:
            raise NotPossible("Nobody asked.")
        say(question, words, at=at)

    return verb


def another(cast: Cast, *, at: datetime) -> Case:
    """A second no of the customer, about something else."""
    return open_by_no(cast, interaction_id=f"order {at}", at=at)


def newest_copy(case: Case) -> Case:
    """The case last merged into this one."""
    copy = Case.objects.filter(duplicate_of=case).order_by("pk").last()
    if copy is None:
        raise NotPossible("None was.")
    return copy


def newest_words(case: Case) -> CaseMessage:
    """What the customer said last."""
    return case.messages.filter(direction=CaseMessage.Direction.CUSTOMER).latest("at", "pk")


VERBS: dict[str, Verb] = {
    "yes": answer(YES),
    "no": answer(NO),
    "says no anew": lambda cast, _, at: say(ask(cast, at=at), {**NO, "missing": f"At {at}"}, at=at),
    "customer writes": lambda _, case, at: add_customer_message(case, f"Hello at {at}", at=at),
    "take": lambda cast, case, at: take_case(case, by=cast.ben, at=at),
    "hand back": lambda cast, case, at: assign_case(case, to=None, by=cast.ada, at=at),
    "write": lambda cast, case, at: write_to_customer(case, f"We look at it at {at}", by=cast.ben, at=at),
    "name cause": lambda cast, case, at: set_root_cause(case, "Warehouse", by=cast.ben, at=at),
    "propose": lambda cast, case, at: propose_solution(case, f"Solved at {at}", by=cast.ben, at=at),
    "snooze": lambda cast, case, at: snooze_case(case, until=at + timedelta(minutes=25), by=cast.ben, at=at),
    "wake": lambda cast, case, at: wake_case(case, by=cast.ben, at=at),
    "merge": lambda cast, case, at: merge_cases(case, another(cast, at=at), by=cast.ben, at=at),
    "part": lambda cast, case, at: unmerge_case(newest_copy(case), by=cast.ben, at=at),
    "split": lambda cast, case, at: split_case(case, newest_words(case), by=cast.ben, at=at),
    "take back": lambda cast, case, at: take_back_proposal(case, by=cast.ben, at=at),
    "end": lambda cast, case, at: end_case(case, how=EndedHow.WITHDREW, reason="So they say.", by=cast.ada, at=at),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.sampled_from(sorted(VERBS)), min_size=3, max_size=14))
def test_no_walk_of_verbs_reaches_an_illegal_state(acme: Cast, walk: list[str]) -> None:
    with transaction.atomic():
        case = open_by_no(acme)
        for number, name in enumerate(walk, start=1):
            step(acme, case, name, at=AT + number * timedelta(minutes=10))
        assert read_coverage().holds
        assert Signal.objects.filter(outcome="opened").count() <= Case.objects.count()
        for copy in Case.objects.exclude(duplicate_of=None):
            assert (copy.state, copy.original) == (State.ENDED, fresh(case))
        transaction.set_rollback(True)


def step(acme: Cast, case: Case, name: str, *, at: datetime) -> None:
    """Take one step and check everything that must hold after it."""
    before = fresh(case)
    try:
        with transaction.atomic():
            VERBS[name](acme, fresh(case), at)
    except (NotPossible, InvitationOver):
        assert unchanged(before, fresh(case)), f"{name} was refused and changed something"
        return
    after = fresh(case)
    assert (after.state == State.CLOSED) == (after.yes_at is not None)
    if after.state == State.CLOSED and before.state != State.CLOSED:
        assert name == "yes", f"{name} closed the case"
    if before.state == State.CLOSED and after.state != State.CLOSED:
        assert name in {"no", "says no anew"}, f"{name} reopened what a yes had closed"
        assert after.reopens == before.reopens + 1
    assert after.history.order_by("at", "pk").values_list("state", flat=True).last() == after.state
    assert (after.state in {State.CLOSED, State.ENDED}) == bool(after.ended_how) == (after.ended_at is not None)
    assert before.first_resolution_at in {None, after.first_resolution_at}
    said = after.messages.order_by("-at")
    heard, answered = (
        said.filter(direction="customer").exclude(via="survey").first(),
        said.filter(direction="us").first(),
    )
    assert (after.heard_at, after.answered_at) == (heard and heard.at, answered and answered.at)
    assert after.snoozed_until is None or after.state not in {State.CLOSED, State.ENDED}
    clock = Clock.objects.get(about=case.ref, promise__about="time_to_yes")
    assert (clock.kept_at is not None, clock.withdrawn_at is not None) == (
        after.state == State.CLOSED,
        after.state == State.ENDED,
    )
    assert clock.promised_at == AT


def unchanged(before: Case, after: Case) -> bool:
    """Whether nothing about the case was altered."""
    names = [field.attname for field in Case._meta.concrete_fields]
    return all(getattr(before, name) == getattr(after, name) for name in names)
