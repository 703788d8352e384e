"""Errands: the look somebody asked for, and those after changes and every night."""

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

from untilyes.plumbing.clock import now
from untilyes.plumbing.jobs import enqueue
from untilyes.voices.actions import ask_for_hearing, fail_hearing, hand_down_questions, hear_everything
from untilyes.voices.models import Hearing
from untilyes.voices.queries import find_hearing_under_way, find_last_hearing, find_newest_hearing, read_voices_stamp
from untilyes.voices.rules import is_due, is_lost
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

logger = logging.getLogger(__name__)

NOTHING = "-1.-1"
"""The stamp of a lake in which nobody has said anything."""


def listen(workspace_id: int, hearing_id: int) -> None:
    """Carry out one look. A failure is written down where people see it, and not tried again by itself."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        hearing = Hearing.objects.get(pk=hearing_id)
        try:
            hear_everything(hearing, clock=now)
        except Exception as problem:
            logger.exception("The hearing %s failed.", hearing_id)
            fail_hearing(hearing, f"{type(problem).__name__}: {problem}", at=now())
        else:
            enqueue("untilyes.voices.jobs.tell_what_is_asked", workspace_id)


def tell_what_is_asked(workspace_id: int) -> int:
    """After a look: what customers ask and no article answers is a gap; return how many are new."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        return hand_down_questions(at=now())


def listen_when_due() -> int:
    """Ask for a look wherever comments changed and the last one is old enough; return in how many workspaces."""
    asked = 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            asked += _ask_when_due(workspace)
    return asked


def _ask_when_due(workspace: Workspace) -> bool:
    running = find_hearing_under_way()
    if running is not None:
        if is_lost(running.started_at, now()):
            fail_hearing(running, "It never came to an end; the worker was stopped or ran out of memory.", at=now())
        return False
    newest, last, stamp = find_newest_hearing(), find_last_hearing(), read_voices_stamp()
    has_changed = last is None or last.stamp != stamp
    is_first = last is not None and not last.comments and has_changed and not stamp.startswith("-1.")
    due = is_due(
        last_at=newest.asked_at if newest and not is_first else None,  # the first comments wait for no night
        took=last.took if last else timedelta(),
        has_changed=has_changed,
        local_now=now().astimezone(ZoneInfo(workspace.timezone)),
    )
    if due and stamp != NOTHING:
        ask_for_hearing(at=now())
        return True
    return False
