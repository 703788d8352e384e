"""Kill the worker again and again while facts keep coming, then count: `python -m tests.feedback.killing KILLS SEED`.

Prints one JSON object. This process records facts and never touches the lake, so that it may fork: each child is a
worker that flushes the outbox until it is killed with SIGKILL somewhere on the way.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

START = datetime(2026, 3, 1, tzinfo=UTC)


def main(kills: int, seed: int) -> dict[str, int]:
    """Run the story in UNTILYES_HOME; return what was recorded, what arrived, and what the killing hit."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "untilyes.config.settings"
    django.setup()

    from django.core.management import call_command
    from django.db import connections

    from untilyes.feedback.jobs import flush_outbox
    from untilyes.feedback.models import Batch, OutboxEntry
    from untilyes.feedback.queries import open_lake
    from untilyes.workspaces.actions import found_workspace
    from untilyes.workspaces.models import User
    from untilyes.workspaces.tenancy import inside

    call_command("migrate", verbosity=0)
    workspace = found_workspace("acme", name="Acme", owner=User.objects.create_user("ada@acme.example")).workspace
    chance = random.Random(seed)
    recorded = interrupted = 0

    def flush_for_ever() -> None:
        while True:
            flush_outbox(workspace)
            time.sleep(0.002)

    for _ in range(kills):
        recorded += _record(recorded, chance.randint(1, 40), workspace)
        connections.close_all()
        worker = _fork(flush_for_ever)
        deadline = time.monotonic() + chance.uniform(0.0, 0.25)
        while time.monotonic() < deadline:
            recorded += _record(recorded, chance.randint(1, 5), workspace)
        os.kill(worker, signal.SIGKILL)
        os.waitpid(worker, 0)
        interrupted += Batch.everywhere.exists()

    connections.close_all()
    os.waitpid(_fork(lambda: flush_outbox(workspace)), 0)
    left = OutboxEntry.everywhere.count()
    with inside(workspace):
        ids = open_lake().read("comments").id.to_pyarrow().to_pylist()
    return {
        "kills": kills,
        "interrupted": interrupted,
        "recorded": recorded,
        "left": left,
        "arrived": len(ids),
        "distinct": len(set(ids)),
    }


def _record(start: int, count: int, workspace: object) -> int:
    from django.db import transaction

    from untilyes.feedback.actions import record_comment
    from untilyes.feedback.facts import Circumstances
    from untilyes.workspaces.tenancy import inside

    with inside(workspace), transaction.atomic():  # type: ignore[arg-type]
        for number in range(start, start + count):
            when = Circumstances(at=START + timedelta(minutes=number), source="survey")
            record_comment(f"comment-{number}", "words", language="en", when=when)
    return count


def _fork(errand: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            errand()
        finally:
            os._exit(0)
    return child


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
