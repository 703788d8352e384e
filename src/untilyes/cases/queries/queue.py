"""The work that waits, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import CharField, F, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries.finding import OVER
from untilyes.cases.rules import Priority, State
from untilyes.promises.models import Clock
from untilyes.promises.queries import RUNNING, ClockView, count_overdue, find_most_urgent
from untilyes.stats import Estimate, estimate_quantile, log_histogram
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace

EXCERPT = 160


class Which(StrEnum):
    """Which part of the queue to look at."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    OPEN = "open"
    PROPOSED = "proposed"
    OVER = "over"
    ALL = "all"


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
    words: str
    customer_wrote_last: bool
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
    seen_by: Member, *, which: Which = Which.OPEN, at: datetime, search: str = "", limit: int = 200
) -> list[QueueRow]:
    """The cases to work on: the soonest promise first, then the loudest, then the oldest.

    `which` is mine, team (the member's own), unassigned, open (everything that is not over), proposed, over, or all.
    A closed case the customer wrote to afterwards is among the open ones until somebody answers.
    """
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such queue.")
    require(seen_by, "see_customers")
    cases = list(_search(_pick(_annotated(), which, seen_by), search)[:limit])
    clocks = find_most_urgent([case.ref for case in cases], at=at)
    return [_row(case, clocks.get(case.ref)) for case in cases]


def count_queue(seen_by: Member) -> dict[Which, int]:
    """How many cases each view of the queue holds for this member; those over are not counted."""
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such queue.")
    counted = (Which.OPEN, Which.MINE, Which.TEAM, Which.UNASSIGNED, Which.PROPOSED)
    return {which: _pick(_annotated(), which, seen_by).count() for which in counted}


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


def _annotated() -> QuerySet[Case]:
    ref = Concat(Value("case:"), Cast(OuterRef("pk"), CharField()))
    soonest = Clock.objects.filter(RUNNING, about=ref).order_by("due_at").values("due_at")[:1]
    said = CaseMessage.objects.filter(case=OuterRef("pk"))
    theirs = said.filter(direction=CaseMessage.Direction.CUSTOMER)
    latest = Max("at")
    return (
        Case.objects.select_related("customer", "assignee__user")
        .annotate(
            limit_at=Subquery(soonest),
            words=Subquery(theirs.order_by("at", "pk").values("text")[:1]),
            heard_at=Subquery(
                theirs.exclude(via="survey").order_by().values("case").annotate(latest=latest).values("latest")
            ),
            answered_at=Coalesce(
                Subquery(
                    said.filter(direction=CaseMessage.Direction.US)
                    .order_by()
                    .values("case")
                    .annotate(latest=latest)
                    .values("latest")
                ),
                F("opened_at"),
            ),
        )
        .order_by(F("limit_at").asc(nulls_last=True), "-priority", "opened_at", "pk")
    )


def _pick(cases: QuerySet[Case], which: Which, member: Member) -> QuerySet[Case]:
    if which is Which.OVER:
        return cases.filter(state__in=OVER).order_by("-ended_at", "-pk")
    wrote_afterwards = Q(heard_at__gt=F("ended_at")) & Q(heard_at__gt=F("answered_at"))
    still_open = ~Q(state__in=OVER) | wrote_afterwards
    narrower = {
        Which.MINE: Q(assignee=member),
        Which.TEAM: Q(team=_team_of(member)) & ~Q(team=""),
        Which.UNASSIGNED: Q(assignee=None),
        Which.PROPOSED: Q(state=State.PROPOSED),
    }
    return cases if which is Which.ALL else cases.filter(still_open & narrower.get(which, Q()))


def _team_of(member: Member) -> str:
    employee = getattr(member, "employee", None)
    return employee.team.name if employee and employee.team else ""


def _search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    for word in text.split():
        number = Q(number=int(word.lstrip("#"))) if word.lstrip("#").isdecimal() else Q()
        cases = cases.filter(number | Q(customer__name__icontains=word) | Q(touchpoint__icontains=word))
    return cases


def _row(case: Case, clock: ClockView | None) -> QueueRow:
    heard_at: datetime | None = case.heard_at  # type: ignore[attr-defined]  # annotated above
    words: str = case.words or ""  # type: ignore[attr-defined]
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
        words=words if len(words) <= EXCERPT else words[: EXCERPT - 1] + "…",
        customer_wrote_last=heard_at is not None and heard_at > case.answered_at,  # type: ignore[attr-defined]
        clock=clock,
    )
