"""Errands: cases that wait are given to somebody."""

import logging
from collections.abc import Iterator
from datetime import datetime

from untilyes.automation.actions.giving import give_case
from untilyes.automation.models import TeamSharing
from untilyes.automation.queries.sharing import list_waiting
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

logger = logging.getLogger(__name__)
SHARED_OUT = "Sharing out"


def give_waiting_cases(at: datetime | None = None) -> int:
    """Give the cases of every team that shares out by itself to somebody; return how many found one.

    Who waits is read anew each time, so that a case is given as soon as somebody has room or is back.
    """
    moment = at or now()
    return sum(_give(workspace, moment) for workspace in _where_teams_share())


def _where_teams_share() -> Iterator[Workspace]:
    by_itself = TeamSharing.everywhere.filter(gives_by_itself=True)
    yield from Workspace.objects.filter(pk__in=by_itself.values("workspace").distinct())


def _give(workspace: Workspace, at: datetime) -> int:
    given = 0
    with inside(workspace):
        for sharing in TeamSharing.objects.filter(gives_by_itself=True).select_related("team"):
            for case in list_waiting(sharing.team):
                if give_case(case, sharing.team, because=SHARED_OUT, at=at) is None:
                    break  # nobody has room; the next case would find nobody either
                given += 1
    return given
