"""A rule tried on what has happened: which cases it would have touched. Nothing is changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from untilyes.automation.definition import Definition, When, list_whens
from untilyes.automation.judging import fits, list_silences
from untilyes.automation.queries.facts import Histories
from untilyes.cases.models import Case
from untilyes.cases.rules import Step
from untilyes.promises.models import Clock

OVER_DAYS = 90
AT_ONCE = 500
MOST_SHOWN = 200


@dataclass(frozen=True)
class Touched:
    """One case the rule would have touched, and when."""

    case: Case
    moments: tuple[datetime, ...]


@dataclass(frozen=True)
class Trial:
    """What a rule would have done: `touched` of the `looked_at` cases that stood at any time in these days."""

    since: datetime
    until: datetime
    looked_at: int
    touched: tuple[Touched, ...]

    @property
    def times(self) -> int:
        """How often it would have acted."""
        return sum(len(one.moments) for one in self.touched)

    @property
    def shown(self) -> tuple[Touched, ...]:
        """The latest of them, as many as a page holds."""
        return tuple(sorted(self.touched, key=lambda one: one.moments[-1], reverse=True)[:MOST_SHOWN])


def try_rule(definition: Definition, *, at: datetime, days: int = OVER_DAYS) -> Trial:
    """Follow a rule through the last `days`, on every case that stood in them.

    Raises BadRule when it names a topic or a segment that is gone.
    """
    since = at - timedelta(days=days)
    stood = Case.objects.filter(opened_at__lte=at).filter(Q(ended_at=None) | Q(ended_at__gte=since))
    keys = list(stood.order_by("pk").values_list("pk", flat=True))
    touched: list[Touched] = []
    for start in range(0, len(keys), AT_ONCE):
        cases = list(Case.objects.filter(pk__in=keys[start : start + AT_ONCE]).select_related("customer__merged_into"))
        touched.extend(_try(definition, cases, since=since, until=at))
    return Trial(since, at, len(keys), tuple(touched))


def _try(definition: Definition, cases: list[Case], *, since: datetime, until: datetime) -> Iterator[Touched]:
    histories = Histories(cases, conditions=definition.conditions, at=until)
    near = _list_near(definition, cases) if definition.when is When.PROMISE_NEAR else {}
    for case in cases:
        due = near.get(case.ref, []) if near else _list_due(definition, histories, case, until)
        moments = tuple(
            moment
            for moment in sorted(due)
            if since <= moment <= until and fits(definition.conditions, histories.facts(case, at=moment))
        )
        if moments:
            yield Touched(case, moments)


def _list_due(definition: Definition, histories: Histories, case: Case, until: datetime) -> list[datetime]:
    """The moments the case's own history makes the rule due."""
    entries = histories.entries[case.pk]
    if definition.when is When.SILENT:
        lines = [(entry.at, Step(entry.step)) for entry in entries]
        return [due for _, due in list_silences(lines, days=definition.number, until=until)]
    return [entry.at for entry in entries if definition.when in list_whens(Step(entry.step), entry.detail)]


def _list_near(definition: Definition, cases: list[Case]) -> dict[str, list[datetime]]:
    """When each case's promises came near their limit while they were still owed."""
    before = timedelta(hours=definition.number)
    found: dict[str, list[datetime]] = {case.ref: [] for case in cases}
    for clock in Clock.objects.filter(about__in=list(found)):
        moment = max(clock.due_at - before, clock.promised_at)
        settled = [end for end in (clock.kept_at, clock.withdrawn_at) if end is not None]
        if not settled or min(settled) > moment:
            found[clock.about].append(moment)
    return found
