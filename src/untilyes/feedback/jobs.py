"""Errands: what waits goes to the lake about once a second, so that a screen shows it within five."""

import fcntl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction

from untilyes.analysis.journeys import are_journeys_due, keep_journeys
from untilyes.analysis.measures import MEASURES
from untilyes.feedback.models import Batch, Erasure, OutboxEntry
from untilyes.feedback.queries import open_lake
from untilyes.lake import Batch as LakeBatch
from untilyes.plumbing.clock import now
from untilyes.plumbing.jobs import enqueue
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

BATCH_SIZE = 5_000


def carry_to_lake() -> int:
    """Flush every workspace that has something waiting, then bring its roll-ups up to date."""
    waiting = set(OutboxEntry.everywhere.values_list("workspace_id", flat=True).distinct())
    erasing = set(Erasure.everywhere.filter(done_at=None).values_list("workspace_id", flat=True).distinct())
    carried = 0
    for workspace in Workspace.objects.filter(pk__in=waiting | erasing):
        carried += flush_outbox(workspace)
        erase_from_lake(workspace)
        with inside(workspace):
            open_lake().refresh_rollups(MEASURES.values())
    return carried


def flush_outbox(workspace: Workspace) -> int:
    """Carry what waits in the outbox to the lake, exactly once; return how many facts went.

    Entries are first claimed by a numbered batch, and the lake remembers the highest number it has taken. A crash
    before the append leaves a claimed batch that is appended next time; a crash after it leaves one the lake
    recognises and skips. (Row ids could not serve as the mark: on PostgreSQL a lower id may commit after a higher
    one.) Numbers must reach the lake in order, hence one flush at a time per lake.
    """
    with inside(workspace), _only_flush():
        batches = list(Batch.objects.order_by("number"))
        sent = sum(_deliver(batch) for batch in batches)
        while batch := _claim():
            sent += _deliver(batch)
        return sent


def _claim() -> Batch | None:
    with transaction.atomic():
        waiting = list(OutboxEntry.objects.filter(batch=None).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE])
        if not waiting:
            return None
        batch = Batch.objects.create()
        OutboxEntry.objects.filter(pk__in=waiting).update(batch=batch.number)
        return batch


def _deliver(batch: Batch) -> int:
    entries = OutboxEntry.objects.filter(batch=batch.number)
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for table, fact in entries.order_by("pk").values_list("table", "fact"):
        facts[table].append(fact)
    lake = open_lake()
    for table, rows in facts.items():
        lake.record(table, rows, batch=LakeBatch("outbox", batch.number))
    with transaction.atomic():
        entries.delete()
        batch.delete()
    return sum(map(len, facts.values()))


def erase_from_lake(workspace: Workspace) -> int:
    """Carry out the erasures that were asked for, all in one pass; return how many customers were erased."""
    with inside(workspace), _only_flush():
        asked = list(Erasure.objects.filter(done_at=None))
        if not asked:
            return 0
        # What still waits about them must not arrive after the erasure.
        keys = {str(erasure.customer_id) for erasure in asked}
        OutboxEntry.objects.filter(fact__customer_id__in=keys).delete()
        rows = open_lake().erase(sorted(keys))
        Erasure.objects.filter(pk__in=[erasure.pk for erasure in asked]).update(done_at=now(), rows=rows)
        return len(asked)


def keep_journeys_when_due() -> int:
    """Have the journeys laid out wherever events or answers came in since; return in how many workspaces."""
    asked = 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            if are_journeys_due(open_lake(), at=now()):
                enqueue("untilyes.feedback.jobs.lay_out_journeys", workspace.pk)
                asked += 1
    return asked


def lay_out_journeys(workspace_id: int) -> None:
    """Keep the journeys of a workspace in order, so that its pages need not sort them."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        keep_journeys(open_lake())


@contextmanager
def _only_flush() -> Iterator[None]:
    """Hold the lake's outbox lock; the operating system lets go of it when the process dies."""
    folder = Path(open_lake().path)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "outbox.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
