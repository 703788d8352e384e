"""What time alone has made due: silences, and promises near their limit."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Max

from untilyes.automation.definition import When
from untilyes.automation.judging import WORDS
from untilyes.automation.models import Rule, RuleRun
from untilyes.cases.models import Case, CaseEntry
from untilyes.cases.queries.finding import OVER
from untilyes.promises.models import Clock
from untilyes.promises.queries import RUNNING

AT_ONCE = 200


def list_due(rule: Rule, *, at: datetime) -> list[tuple[str, Case]]:
    """Each event a timed rule has yet to answer, with its case; one a rule answered is not asked again."""
    definition = rule.definition
    found = _silent if definition.when is When.SILENT else _near
    due = dict(found(definition.number, since=rule.in_force_from, at=at))
    answered = set(RuleRun.objects.filter(rule=rule, event__in=list(due)).values_list("event", flat=True))
    wanted = {event: key for event, key in due.items() if event not in answered}
    cases = Case.objects.select_related("customer").in_bulk(list(wanted.values()))
    return [(event, cases[key]) for event, key in wanted.items() if key in cases][:AT_ONCE]


def _silent(days: int, *, since: datetime, at: datetime) -> Iterator[tuple[str, int]]:
    """Cases that stand and in which the last word is that old, since the rule holds."""
    pause = timedelta(days=days)
    spoken = CaseEntry.objects.filter(step__in=[step.value for step in WORDS]).exclude(case__state__in=OVER)
    last = spoken.values("case").order_by("case").annotate(last=Max("at"))
    for row in last.filter(last__lte=at - pause, last__gt=since - pause):
        yield f"silent:{row['case']}:{row['last']:%Y%m%dT%H%M%S}", row["case"]


def _near(hours: int, *, since: datetime, at: datetime) -> Iterator[tuple[str, int]]:
    """Cases with a running promise that ends within so many hours, and came that near since the rule holds."""
    before = timedelta(hours=hours)
    running = Clock.objects.filter(RUNNING, about__startswith="case:", due_at__gt=at, due_at__lte=at + before)
    for clock in running.order_by("due_at"):
        if max(clock.due_at - before, clock.promised_at) >= since:
            yield f"near:{clock.pk}:{clock.due_at:%Y%m%dT%H%M}", int(clock.about.partition(":")[2])
