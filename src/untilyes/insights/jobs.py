"""Errands: the look somebody asked for, and the one every night."""

import logging
from zoneinfo import ZoneInfo

from untilyes.feedback.queries import read_freshness
from untilyes.insights.actions import ask_for_findings, fail_look, fail_reckoning, look_for_findings, work_out
from untilyes.insights.models import Reckoning, Run
from untilyes.insights.queries import find_newest
from untilyes.insights.rules import is_due
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

logger = logging.getLogger(__name__)


def look(workspace_id: int, run_id: int) -> None:
    """Carry out one look. A failure is written down where people see it, and not tried again by itself."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        run = Run.objects.get(pk=run_id)
        try:
            look_for_findings(run, clock=now)
        except Exception as problem:
            logger.exception("The look %s failed.", run_id)
            fail_look(run, f"{type(problem).__name__}: {problem}", at=now())


def reckon(workspace_id: int, reckoning_id: int) -> None:
    """Work out one subject. A failure is written down where people see it; asking again tries again."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        kept = Reckoning.objects.get(pk=reckoning_id)
        try:
            work_out(kept, clock=now)
        except Exception as problem:
            logger.exception("Working out %s failed.", kept.about)
            fail_reckoning(kept, f"{type(problem).__name__}: {problem}")


def look_when_due() -> int:
    """Ask for the nightly look wherever anything was ever heard; return in how many workspaces."""
    asked = 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            newest = find_newest()
            local_now = now().astimezone(ZoneInfo(workspace.timezone))
            due = is_due(last_at=newest.asked_at if newest else None, local_now=local_now)
            if due and read_freshness(at=now()).heard_at is not None:
                ask_for_findings(at=now())
                asked += 1
    return asked
