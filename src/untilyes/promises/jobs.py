"""The errand that notices what was missed. What is missed is read from times; only the telling is remembered."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from untilyes.plumbing.announce import announce
from untilyes.plumbing.clock import now
from untilyes.promises.events import MissesFound, PromiseMissed, TargetMissed
from untilyes.promises.models import Clock
from untilyes.promises.queries import has_passed
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

AT_ONCE = 500


def watch_clocks(at: datetime | None = None) -> int:
    """Tell the house of every target and every promise missed since last time, once each; return how many."""
    moment = at or now()
    return sum(_watch(workspace, moment) for workspace in _where_something_is_late(moment))


def _where_something_is_late(at: datetime) -> Iterator[Workspace]:
    late = Clock.everywhere.filter(kept_at=None, withdrawn_at=None, promise_told_at=None)
    late = late.filter(has_passed("target_at", at))
    yield from Workspace.objects.filter(pk__in=late.values("workspace").distinct())


def _watch(workspace: Workspace, at: datetime) -> int:
    with inside(workspace), transaction.atomic():
        running = Clock.objects.select_for_update(skip_locked=True).filter(kept_at=None, withdrawn_at=None)
        missed_targets = list(
            running.filter(has_passed("target_at", at), target_told_at=None).order_by("target_at")[:AT_ONCE]
        )
        for clock in missed_targets:
            announce(TargetMissed(clock_id=clock.pk, about=clock.about, at=clock.target_at))
        missed_promises = list(
            running.filter(has_passed("due_at", at), promise_told_at=None).order_by("due_at")[:AT_ONCE]
        )
        for clock in missed_promises:
            announce(PromiseMissed(clock_id=clock.pk, about=clock.about, at=clock.due_at))
        Clock.objects.filter(pk__in=[clock.pk for clock in missed_targets]).update(target_told_at=at)
        Clock.objects.filter(pk__in=[clock.pk for clock in missed_promises]).update(promise_told_at=at)
        _sum_up(missed_targets, missed_promises, at)
        return len(missed_targets) + len(missed_promises)


def _sum_up(targets: Sequence[Clock], promises: Sequence[Clock], at: datetime) -> None:
    if targets or promises:
        announce(MissesFound(tuple(one.pk for one in targets), tuple(one.pk for one in promises), at))
