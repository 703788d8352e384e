"""Promises and their targets: frozen terms, one clock, honest states, told once, told to the lake."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from untilyes.feedback.facts import Circumstances
from untilyes.feedback.models import OutboxEntry
from untilyes.plumbing import announce
from untilyes.promises.access import get_promise
from untilyes.promises.actions import (
    PromiseExists,
    ReasonNeeded,
    change_promise,
    ensure_default_promises,
    keep_promise,
    make_promise,
    publish_promise,
    resume_clock,
    retire_promise,
    start_clock,
    start_clocks,
    withdraw_clock,
)
from untilyes.promises.events import PromiseKept, PromiseMissed, TargetMissed
from untilyes.promises.jobs import watch_clocks
from untilyes.promises.models import Clock, Promise, PromiseTerms
from untilyes.promises.queries import (
    count_overdue,
    count_promises_to,
    find_most_urgent,
    get_terms,
    list_clocks,
    list_overdue,
    list_terms,
)
from untilyes.promises.rules import (
    ClockState,
    Measures,
    TargetTooLoose,
    check_terms,
    find_due,
    find_margin,
    find_state,
    in_utc,
)
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import NotFound, inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def promise(acme: Cast) -> Promise:
    """Within four days; we aim at two."""
    return make_promise("A yes", about=Measures.TIME_TO_YES, limit=4 * DAY, target=2 * DAY, at=AT, by=acme.ada)


def start(promise: Promise, cast: Cast, *, about: str = "case:1", at: datetime = AT) -> Clock:
    when = Circumstances(at=at, source="survey", customer_id=cast.cleo.pk, interaction_id="order-1", team="Shoes")
    return start_clock(promise, about=about, when=when)


@pytest.mark.parametrize(
    ("hours", "state"),
    [
        (0, ClockState.ON_TRACK),
        (35, ClockState.ON_TRACK),
        (36, ClockState.TARGET_AT_RISK),  # three quarters of the target's time
        (48, ClockState.TARGET_AT_RISK),  # exactly on the target is in time
        (49, ClockState.TARGET_MISSED),
        (72, ClockState.PROMISE_AT_RISK),
        (96, ClockState.PROMISE_AT_RISK),
        (97, ClockState.PROMISE_MISSED),
    ],
)
def test_a_running_promise_goes_through_its_states_in_order(hours: int, state: ClockState) -> None:
    due = find_due(AT, limit=4 * DAY, target=2 * DAY)
    stands = find_state(
        promised_at=AT,
        target_at=due.target_at,
        due_at=due.due_at,
        kept_at=None,
        withdrawn_at=None,
        at=AT + hours * HOUR,
    )
    assert stands == state


@given(st.timedeltas(timedelta(0), 6 * DAY), st.timedeltas(timedelta(0), 6 * DAY))
def test_a_running_promise_never_grows_calmer(one: timedelta, two: timedelta) -> None:
    def urgency(after: timedelta) -> int:
        return find_state(
            promised_at=AT, target_at=AT + 2 * DAY, due_at=AT + 4 * DAY, kept_at=None, withdrawn_at=None, at=AT + after
        ).urgency

    assert urgency(min(one, two)) <= urgency(max(one, two))


def test_kept_exactly_on_the_limit_is_kept_and_a_moment_later_is_late() -> None:
    for late, state in ((timedelta(0), ClockState.KEPT), (timedelta(microseconds=1), ClockState.KEPT_LATE)):
        kept_at = AT + DAY + late
        stands = find_state(
            promised_at=AT, target_at=AT + HOUR, due_at=AT + DAY, kept_at=kept_at, withdrawn_at=None, at=AT + 9 * DAY
        )
        assert stands == state


@given(st.timedeltas(timedelta(seconds=1), 30 * DAY), st.timedeltas(timedelta(seconds=1), 30 * DAY))
def test_a_target_is_never_looser_than_its_promise(limit: timedelta, target: timedelta) -> None:
    if target <= limit:
        check_terms(limit=limit, target=target)
        due = find_due(AT, limit=limit, target=target)
        assert AT < due.target_at <= due.due_at
    else:
        with pytest.raises(TargetTooLoose):
            check_terms(limit=limit, target=target)


def test_the_margin_is_due_minus_kept() -> None:
    assert find_margin(due_at=AT + DAY, kept_at=AT + HOUR) == 23 * HOUR
    assert find_margin(due_at=AT, kept_at=AT + HOUR) == -HOUR


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        in_utc(datetime(2026, 5, 4))  # noqa: DTZ001


def test_a_target_looser_than_the_promise_is_refused_by_the_verb_and_by_the_database(promise: Promise) -> None:
    with pytest.raises(TargetTooLoose):
        change_promise(promise, limit=DAY, target=2 * DAY, at=AT + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PromiseTerms.objects.create(promise=promise, version=2, limit=DAY, target=2 * DAY, in_force_from=AT)
    with pytest.raises(TargetTooLoose):
        make_promise("Nothing", about=Measures.TIME_TO_YES, limit=DAY, target=timedelta(0), at=AT)


def test_changed_terms_are_a_new_version_and_running_clocks_keep_the_old_one(promise: Promise, acme: Cast) -> None:
    before = start(promise, acme)
    change_promise(promise, limit=2 * DAY, target=DAY, at=AT + HOUR, by=acme.ada)
    after = start(promise, acme, about="case:2", at=AT + 2 * HOUR)
    before.refresh_from_db()
    assert (before.due_at, before.terms.version) == (AT + 4 * DAY, 1)
    assert (after.due_at, after.terms.version) == (AT + 2 * HOUR + 2 * DAY, 2)
    assert [terms.version for terms in list_terms(promise)] == [2, 1]
    assert get_terms(promise, at=AT).version == 1


def test_a_clock_that_begins_in_the_past_gets_the_terms_of_then(promise: Promise, acme: Cast) -> None:
    change_promise(promise, limit=2 * DAY, target=DAY, at=AT + 10 * DAY, by=acme.ada)
    assert start(promise, acme, at=AT + 5 * DAY).terms.version == 1


def test_the_same_terms_again_change_nothing(promise: Promise) -> None:
    assert change_promise(promise, limit=4 * DAY, target=2 * DAY, at=AT + DAY).version == 1
    assert promise.versions.count() == 1


def test_looser_terms_need_a_written_reason_and_keep_it(promise: Promise, acme: Cast) -> None:
    for limit, target in ((5 * DAY, 2 * DAY), (4 * DAY, 3 * DAY)):
        with pytest.raises(ReasonNeeded):
            change_promise(promise, limit=limit, target=target, at=AT + DAY, by=acme.ada, reason="  ")
    terms = change_promise(promise, limit=5 * DAY, target=2 * DAY, at=AT + DAY, by=acme.ada, reason="Winter.")
    assert (terms.reason, terms.by) == ("Winter.", acme.ada)
    assert AuditEntry.objects.get(verb="change_promise").detail["reason"] == "Winter."


def test_two_promises_cannot_go_by_one_name(promise: Promise) -> None:
    with pytest.raises(PromiseExists):
        make_promise("A yes!", about=Measures.TIME_TO_YES, limit=DAY, target=HOUR, at=AT)


def test_the_default_promise_is_made_once(acme: Cast) -> None:
    assert ensure_default_promises(at=AT) == ensure_default_promises(at=AT + DAY)
    assert Promise.objects.count() == 1


def test_an_agent_may_not_make_change_publish_or_retire_a_promise(promise: Promise, acme: Cast) -> None:
    with pytest.raises(NotAllowed):
        make_promise("Mine", about=Measures.TIME_TO_YES, limit=DAY, target=HOUR, at=AT, by=acme.ben)
    with pytest.raises(NotAllowed):
        change_promise(promise, limit=DAY, target=HOUR, at=AT, by=acme.ben)
    with pytest.raises(NotAllowed):
        publish_promise(promise, is_public=True, at=AT, by=acme.ben)
    with pytest.raises(NotAllowed):
        retire_promise(promise, at=AT, by=acme.ben)


def test_dan_finds_no_promise_of_acme(promise: Promise, acme: Cast) -> None:
    assert get_promise(promise.slug, seen_by=acme.ada) == promise
    with pytest.raises(NotFound):
        get_promise(promise.slug, seen_by=acme.dan)
    with inside(acme.globex), pytest.raises(NotFound):
        get_promise(promise.slug, seen_by=acme.dan)


def test_starting_keeping_and_withdrawing_twice_change_nothing(promise: Promise, acme: Cast) -> None:
    clock = start(promise, acme)
    assert start(promise, acme, at=AT + HOUR) == clock
    kept = keep_promise(clock, at=AT + HOUR)
    assert keep_promise(clock, at=AT + 9 * DAY).kept_at == kept.kept_at == AT + HOUR
    assert withdraw_clock(clock, reason="late", at=AT + 9 * DAY).withdrawn_at is None


def test_a_promise_that_was_not_kept_after_all_runs_on_and_is_due_when_it_always_was(
    promise: Promise, acme: Cast
) -> None:
    clock = start(promise, acme)
    keep_promise(clock, at=AT + HOUR)
    resumed = resume_clock(clock)
    assert (resumed.kept_at, resumed.due_at, resumed.promised_at) == (None, AT + 4 * DAY, AT)
    assert keep_promise(clock, at=AT + 5 * DAY).margin == -DAY


def test_a_retired_promise_starts_no_clock_and_running_ones_run_on(promise: Promise, acme: Cast) -> None:
    clock = start(promise, acme)
    retire_promise(promise, at=AT + HOUR, by=acme.ada)
    when = Circumstances(at=AT + 2 * HOUR, source="survey")
    assert start_clocks(Measures.TIME_TO_YES, about="case:2", when=when) == []
    clock.refresh_from_db()
    assert clock.is_open


def test_withdrawing_before_the_limit_counts_for_nobody_and_after_it_heals_nothing(
    promise: Promise, acme: Cast
) -> None:
    early = withdraw_clock(start(promise, acme), reason="duplicate", at=AT + DAY)
    late = withdraw_clock(start(promise, acme, about="case:2"), reason="gave up", at=AT + 5 * DAY)
    assert early.state(AT + 9 * DAY) == ClockState.WITHDRAWN
    assert late.state(AT + 9 * DAY) == ClockState.PROMISE_MISSED
    told = {entry.fact["id"]: entry.fact["due_at"] for entry in OutboxEntry.objects.filter(table="outcomes")}
    assert told == {f"clock:{early.pk}": None, f"clock:{late.pk}": (AT + 4 * DAY).isoformat()}


def test_a_missed_target_and_a_missed_promise_are_each_told_once(promise: Promise, acme: Cast) -> None:
    told: list[object] = []
    start(promise, acme)
    keep_promise(start(promise, acme, about="case:2"), at=AT + HOUR)
    with pytest.MonkeyPatch.context() as patch:
        for fact in (TargetMissed, PromiseMissed):
            patch.setitem(announce._within, fact, [told.append])
        counts = [watch_clocks(AT + hours * HOUR) for hours in (47, 48, 49, 50, 96, 97, 98)]
    assert counts == [0, 0, 1, 0, 0, 1, 0]
    assert [(type(fact).__name__, fact.at) for fact in told] == [  # type: ignore[attr-defined]
        ("TargetMissed", AT + 2 * DAY),
        ("PromiseMissed", AT + 4 * DAY),
    ]


def test_a_miss_the_house_could_not_hear_is_told_again(promise: Promise, acme: Cast) -> None:
    def fail(_fact: object) -> None:
        raise RuntimeError("busy")

    clock = start(promise, acme)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(announce._within, TargetMissed, [fail])
        with pytest.raises(RuntimeError, match="busy"):
            watch_clocks(AT + 3 * DAY)
    clock.refresh_from_db()
    assert clock.target_told_at is None
    assert watch_clocks(AT + 3 * DAY) == 1


def test_keeping_is_announced(promise: Promise, acme: Cast) -> None:
    heard: list[object] = []
    clock = start(promise, acme)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(announce._within, PromiseKept, [heard.append])
        keep_promise(clock, at=AT + HOUR)
        keep_promise(clock, at=AT + 2 * HOUR)
    assert heard == [PromiseKept(clock_id=clock.pk, about="case:1", at=AT + HOUR)]


def test_the_most_urgent_clock_and_the_overdue_ones_are_found(promise: Promise, acme: Cast) -> None:
    sooner = make_promise("Soon", about=Measures.TIME_TO_YES, limit=DAY, target=HOUR, at=AT, by=acme.ada)
    start(promise, acme)
    start(sooner, acme)
    start(promise, acme, about="case:2")
    later = AT + 2 * HOUR
    urgent = find_most_urgent(["case:1", "case:2", "case:3"], at=later)
    assert {about: view.promise for about, view in urgent.items()} == {"case:1": "Soon", "case:2": "A yes"}
    assert count_overdue(about_prefix="case:", at=later) == (1, 0)
    assert count_overdue(about_prefix="case:", at=AT + 5 * DAY) == (2, 2)
    assert [view.about for view in list_overdue(at=later)] == ["case:1"]
    assert [view.remaining for view in list_clocks("case:1", at=later)] == [22 * HOUR, 94 * HOUR]


def test_a_customers_record_counts_kept_broken_and_running_promises(promise: Promise, acme: Cast) -> None:
    keep_promise(start(promise, acme, about="case:1"), at=AT + DAY)
    keep_promise(start(promise, acme, about="case:2"), at=AT + 5 * DAY)
    start(promise, acme, about="case:3")
    start(promise, acme, about="case:4", at=AT + 3 * DAY)
    withdraw_clock(start(promise, acme, about="case:5"), reason="duplicate", at=AT + HOUR)
    record = count_promises_to(acme.cleo, at=AT + 5 * DAY)
    assert (record.kept, record.broken, record.running) == (1, 2, 1)


def test_publishing_is_written_down_and_twice_is_once(promise: Promise, acme: Cast) -> None:
    for _ in range(2):
        publish_promise(promise, is_public=True, at=AT, by=acme.ada)
    assert AuditEntry.objects.filter(verb="publish_promise").count() == 1
