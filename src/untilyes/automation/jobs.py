"""Errands: follow the rules about what happened and about what time brings; give waiting cases to somebody."""

from collections.abc import Iterator
from datetime import datetime

from untilyes.automation.actions.following import follow_rule
from untilyes.automation.actions.giving import give_case
from untilyes.automation.definition import When, list_whens
from untilyes.automation.models import Rule, TeamSharing
from untilyes.automation.queries.due import list_due
from untilyes.automation.queries.sharing import list_waiting
from untilyes.cases.models import CaseEntry
from untilyes.cases.rules import Step
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

SHARED_OUT = "Sharing out"
TIMED = [when for when in When if when.is_timed]


def follow_rules(workspace_id: int, entry_id: int, at: datetime | None = None) -> int:
    """Follow every rule about one line of a case's history, in their order; return how many had something to do."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        entry = CaseEntry.objects.select_related("case").filter(pk=entry_id).first()
        if entry is None:  # the customer was erased meanwhile
            return 0
        whens = list_whens(Step(entry.step), entry.detail)
        rules = Rule.objects.filter(is_on=True, when__in=whens, in_force_from__lte=entry.at)
        moment = at or now()
        return sum(
            follow_rule(rule, entry.case, event=f"entry:{entry.pk}", at=moment) is not None for rule in list(rules)
        )


def follow_time(at: datetime | None = None) -> int:
    """Follow the rules that come due by time alone, everywhere; return how many had something to do."""
    moment = at or now()
    timed = Rule.everywhere.filter(is_on=True, when__in=TIMED)
    done = 0
    for workspace in Workspace.objects.filter(pk__in=timed.values("workspace").distinct()):
        with inside(workspace):
            for rule in Rule.objects.filter(is_on=True, when__in=TIMED):
                for event, case in list_due(rule, at=moment):
                    done += follow_rule(rule, case, event=event, at=moment) is not None
    return done


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
