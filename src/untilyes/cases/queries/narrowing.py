"""The parts of the queue and its filters as conditions on stored cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from untilyes.cases.causes import SIGN
from untilyes.cases.filters import ME, NOBODY, QueueFilter, Which
from untilyes.cases.models import Case
from untilyes.cases.queries.finding import OVER
from untilyes.cases.rules import State
from untilyes.workspaces.models import Member


@dataclass(frozen=True)
class FilterValues:
    """What there is to narrow the queue by, each list in the order of the alphabet."""

    teams: tuple[str, ...]
    channels: tuple[str, ...]
    touchpoints: tuple[str, ...]
    causes: tuple[str, ...]


def list_filter_values() -> FilterValues:
    """Every team, channel, touchpoint and cause some case has."""
    return FilterValues(*(_list_values(name) for name in ("team", "channel", "touchpoint", "root_cause")))


def _list_values(name: str) -> tuple[str, ...]:
    values = Case.objects.exclude(**{name: ""}).order_by(name).values_list(name, flat=True)
    return tuple(values.distinct())


def narrow(cases: QuerySet[Case], asked: QueueFilter, *, member: Member, at: datetime) -> QuerySet[Case]:
    """The cases that are asked for."""
    part = _pick(cases, asked.which, member, at)
    for field in ("state", "team", "channel", "touchpoint", "priority"):
        if wanted := getattr(asked, field):
            part = part.filter(**{field: wanted})
    if asked.assignee:
        part = part.filter(_held_by(asked.assignee, member))
    if asked.cause:
        part = part.filter(Q(root_cause__iexact=asked.cause) | Q(root_cause__istartswith=asked.cause + SIGN))
    return _search(part, asked.q)


def _pick(cases: QuerySet[Case], which: Which, member: Member, at: datetime) -> QuerySet[Case]:
    if which is Which.ALL:
        return cases
    if which is Which.OVER:
        return cases.filter(state__in=OVER)
    sleeps = Q(snoozed_until__gt=at)
    if which is Which.SNOOZED:
        return cases.filter(sleeps)
    awake = (Q(state__in=_STANDING) | Q(pk__in=_list_heard_after())) & ~(sleeps & Q(snoozed_until__isnull=False))
    narrower = {
        Which.MINE: Q(assignee=member),
        Which.TEAM: Q(team=team_of(member)) & ~Q(team=""),
        Which.UNASSIGNED: Q(assignee=None),
        Which.PROPOSED: Q(state=State.PROPOSED),
    }
    return cases.filter(awake & narrower.get(which, Q()))


def _list_heard_after() -> QuerySet[Case, Any]:
    """Cases that are over, to which the customer wrote afterwards and nobody answered; asked of an index of its own."""
    unanswered = Q(heard_at__gt=Coalesce("answered_at", "opened_at"))
    return Case.objects.filter(unanswered, heard_at__gt=F("ended_at")).values("pk")


def _held_by(assignee: str, member: Member) -> Q:
    if assignee == ME:
        return Q(assignee=member)
    if assignee == NOBODY or not assignee.isdecimal():
        return Q(assignee=None)
    return Q(assignee=int(assignee))


def team_of(member: Member) -> str:
    """The name of the team somebody belongs to; empty where they belong to none."""
    employee = getattr(member, "employee", None)
    return employee.team.name if employee and employee.team else ""


def _search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Every word is found in the number, the customer's name, the touchpoint or what the customer wrote."""
    for word in text.split():
        digits = word.lstrip("#")
        number = Q(number=int(digits)) if digits.isdecimal() and len(digits) < _LONG else Q()
        said = Q(messages__text__icontains=word, messages__direction="customer")
        found = number | Q(customer__name__icontains=word) | Q(touchpoint__icontains=word) | said
        cases = cases.filter(pk__in=Case.objects.filter(found).values("pk"))
    return cases


_STANDING: Final = tuple(one for one in State if not one.is_over)
_LONG = 10  # digits beyond which a number is no case's
