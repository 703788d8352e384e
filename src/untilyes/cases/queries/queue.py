"""The work that waits, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db.models import Case as Choose
from django.db.models import CharField, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat

from untilyes.cases.filters import QueueFilter, Which
from untilyes.cases.models import Case, CaseMessage, CustomerValue
from untilyes.cases.queries.finding import OVER
from untilyes.cases.queries.narrowing import narrow, team_of
from untilyes.cases.rules import Priority, State
from untilyes.promises.models import Clock
from untilyes.promises.queries import RUNNING, ClockView, count_overdue, find_most_urgent
from untilyes.stats import Estimate, estimate_quantile, log_histogram
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace

EXCERPT = 160


@dataclass(frozen=True)
class QueueRow:
    """One case in the queue. `clock` is its running promise with the soonest limit."""

    number: int
    ref: str
    customer_id: UUID | None
    customer_name: str
    state: State
    priority: Priority
    opened_at: datetime
    assignee: str
    team: str
    touchpoint: str
    channel: str
    reopens: int
    root_cause: str
    words: str
    customer_wrote_last: bool
    snoozed_until: datetime | None
    value: float | None
    value_basis: str
    clock: ClockView | None


@dataclass(frozen=True)
class Work:
    """The work that waits, counted in cases, and how long a yes has taken of late."""

    open: int
    ours: int
    waiting_for_customer: int
    unassigned: int
    past_target: int
    past_promise: int
    time_to_yes: Estimate


def list_queue(
    seen_by: Member,
    *,
    which: Which = Which.OPEN,
    at: datetime,
    search: str = "",
    asked: QueueFilter | None = None,
    start: int = 0,
    limit: int = 200,
) -> list[QueueRow]:
    """The cases to work on, in the order of Urgency: broken promises, missed targets, due within a day, the rest.

    Within each the louder priority comes first, then the customer who is worth more to us, then the soonest limit. What
    is over is listed newest first, what is snoozed by when it comes back. `which` and `search` are short for `asked`. A
    closed case the customer wrote to afterwards is among the open ones until somebody answers.
    """
    wanted = asked or QueueFilter(which=which, q=search)
    cases = list(_sort(_select(seen_by, wanted, at), wanted.which)[start : start + limit])
    clocks = find_most_urgent([case.ref for case in cases], at=at)
    return [_row(case, clocks.get(case.ref)) for case in cases]


def count_cases(seen_by: Member, asked: QueueFilter, *, at: datetime) -> int:
    """How many cases are asked for."""
    return _select(seen_by, asked, at).count()


def count_queue(seen_by: Member, *, at: datetime) -> dict[Which, int]:
    """How many cases each part of the queue holds for this member; those over are not counted."""
    awake = _select(seen_by, QueueFilter(which=Which.OPEN), at)
    held = list(awake.order_by().values_list("state", "assignee", "team"))
    ours = team_of(seen_by)
    return {
        Which.OPEN: len(held),
        Which.MINE: sum(assignee == seen_by.pk for _, assignee, _ in held),
        Which.TEAM: sum(team == ours != "" for _, _, team in held),
        Which.UNASSIGNED: sum(assignee is None for _, assignee, _ in held),
        Which.PROPOSED: sum(state == State.PROPOSED for state, _, _ in held),
        Which.SNOOZED: count_cases(seen_by, QueueFilter(which=Which.SNOOZED), at=at),
    }


def count_open() -> int:
    """How many cases are not over."""
    return Case.objects.exclude(state__in=OVER).count()


def count_work(*, at: datetime, over: timedelta = timedelta(days=90)) -> Work:
    """What waits now, and the median time from a no to the yes among cases closed in the last `over`."""
    standing = Case.objects.exclude(state__in=OVER)
    states = list(standing.values_list("state", "assignee"))
    past_target, past_promise = count_overdue(about_prefix="case:", at=at)
    waiting = sum(state == State.PROPOSED for state, _ in states)
    return Work(
        open=len(states),
        ours=len(states) - waiting,
        waiting_for_customer=waiting,
        unassigned=sum(assignee is None for _, assignee in states),
        past_target=past_target,
        past_promise=past_promise,
        time_to_yes=_time_to_yes(since=at - over),
    )


def _time_to_yes(*, since: datetime) -> Estimate:
    closed = Case.objects.filter(yes_at__gte=since).values_list("opened_at", "yes_at")
    seconds = [(yes_at - opened_at).total_seconds() for opened_at, yes_at in closed if yes_at is not None]
    return estimate_quantile(log_histogram(seconds) if seconds else {})


class Urgency(IntEnum):
    """How a case's promises stand, the worst first."""

    BROKEN = 0
    PAST_TARGET = 1
    WITHIN_A_DAY = 2
    LATER = 3
    NOTHING_RUNS = 4


def _select(seen_by: Member, asked: QueueFilter, at: datetime) -> QuerySet[Case]:
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such queue.")
    require(seen_by, "see_customers")
    return narrow(_annotated(at), asked, member=seen_by, at=at)


def _sort(cases: QuerySet[Any], which: Which) -> QuerySet[Any]:
    if which is Which.OVER:
        return cases.order_by("-ended_at", "-pk")
    if which is Which.SNOOZED:
        return cases.order_by("snoozed_until", "pk")
    worth = F("amount").desc(nulls_last=True)
    return cases.order_by("urgency", "-priority", worth, F("limit_at").asc(nulls_last=True), "opened_at", "pk")


def _annotated(at: datetime) -> QuerySet[Case]:
    running = Clock.objects.filter(RUNNING, about=Concat(Value("case:"), Cast(OuterRef("pk"), CharField())))
    said = CaseMessage.objects.filter(case=OuterRef("pk"))
    theirs = said.filter(direction=CaseMessage.Direction.CUSTOMER)
    value = CustomerValue.objects.filter(customer=OuterRef("customer"))
    return (
        Case.objects.select_related("customer", "assignee__user")
        .annotate(
            limit_at=Subquery(running.order_by("due_at").values("due_at")[:1]),
            goal_at=Subquery(running.order_by("target_at").values("target_at")[:1]),
            amount=Subquery(value.values("amount")[:1]),
            basis=Subquery(value.values("basis")[:1]),
            words=Subquery(theirs.order_by("at", "pk").values("text")[:1]),
        )
        .annotate(urgency=_judge(at))
    )


def _judge(at: datetime) -> Choose:
    """The Urgency of a case; a limit reached at this very moment is kept until it has passed."""
    return Choose(
        When(limit_at__lt=at, then=Value(Urgency.BROKEN.value)),
        When(goal_at__lt=at, then=Value(Urgency.PAST_TARGET.value)),
        When(limit_at__lt=at + timedelta(days=1), then=Value(Urgency.WITHIN_A_DAY.value)),
        When(limit_at__isnull=False, then=Value(Urgency.LATER.value)),
        default=Value(Urgency.NOTHING_RUNS.value),
        output_field=IntegerField(),
    )


def _row(case: Case, clock: ClockView | None) -> QueueRow:
    words: str = case.words or ""  # type: ignore[attr-defined]  # annotated above
    return QueueRow(
        number=case.number,
        ref=case.ref,
        customer_id=case.customer_id,
        customer_name=str(case.customer) if case.customer else "",
        state=State(case.state),
        priority=Priority(case.priority),
        opened_at=case.opened_at,
        assignee=str(case.assignee) if case.assignee else "",
        team=case.team,
        touchpoint=case.touchpoint,
        channel=case.channel,
        reopens=case.reopens,
        root_cause=case.root_cause,
        words=words if len(words) <= EXCERPT else words[: EXCERPT - 1] + "…",
        customer_wrote_last=case.customer_wrote_last,
        snoozed_until=case.snoozed_until,
        value=case.amount,  # type: ignore[attr-defined]
        value_basis=case.basis or "",  # type: ignore[attr-defined]
        clock=clock,
    )
