"""What rules do, one act each: done to the case, told in a few words for the log."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from untilyes.automation.actions.giving import give_case
from untilyes.automation.acts import Act, Does
from untilyes.automation.mail import tell_members
from untilyes.automation.models import RuleRun
from untilyes.cases.actions.ruled import leave_note, name_cause, rank_case, rest_case, route_case, suggest_campaign
from untilyes.cases.rules import Priority
from untilyes.cases.snoozes import SNOOZES, find_snooze_end
from untilyes.workspaces.models import Member, Team
from untilyes.workspaces.tenancy import current_workspace


class CannotFollow(RuntimeError):
    """Something a rule should do cannot be done; the message says why."""


def do_act(run: RuleRun, act: Act) -> str:
    """Do one thing a rule says; return what was done. Raises CannotFollow, NotPossible."""
    return _DOING[act.does](run, act)


def _give(run: RuleRun, act: Act) -> str:
    if act.to.startswith("team:"):
        team = _team(act)
        route_case(run.case, to=None, team=team.name, because=run.rule.signature, at=run.at)
        return f"put it in the queue of {team}"
    member = _member(act)
    route_case(run.case, to=member, because=run.rule.signature, at=run.at)
    return f"gave it to {member}"


def _share_out(run: RuleRun, act: Act) -> str:
    team = _team(act)
    had = run.case.assignee
    member = give_case(run.case, team, because=run.rule.signature, at=run.at)
    if member is None:
        raise CannotFollow(f"Nobody in {team} has room and is here.")
    return f"left it with {member}, who has it" if had else f"gave it to {member}, whose turn it is in {team}"


def _rank(run: RuleRun, act: Act) -> str:
    rank_case(run.case, Priority[act.to.upper()], because=run.rule.signature, at=run.at)
    return f"made it {act.to}"


def _note(run: RuleRun, act: Act) -> str:
    leave_note(run.case, act.text, because=run.rule.signature, at=run.at)
    return "left a note"


def _tell(run: RuleRun, act: Act) -> str:
    people = tell_members(run.case, act, rule=run.rule)
    if not people:
        raise CannotFollow("There is nobody to tell.")
    return f"told {', '.join(str(one) for one in people)} by mail"


def _snooze(run: RuleRun, act: Act) -> str:
    """Mornings are those of the house."""
    local = run.at.astimezone(ZoneInfo(current_workspace().timezone))
    rest_case(run.case, until=find_snooze_end(act.to, at=local), because=run.rule.signature, at=run.at)
    return f"snoozed it: {SNOOZES[act.to]}"


def _cause(run: RuleRun, act: Act) -> str:
    """What a person has named stands."""
    if name_cause(run.case, act.text, because=run.rule.signature, at=run.at):
        return f"named the cause {run.case.root_cause}"
    return f"left the cause as it is named: {run.case.root_cause}"


def _suggest(run: RuleRun, act: Act) -> str:
    of = act.text.strip()
    is_new = suggest_campaign(run.case, of, because=run.rule.signature, at=run.at)
    return f"put it down for a campaign about “{of}”" if is_new else f"left it down for a campaign about “{of}”"


def _member(act: Act) -> Member:
    member = Member.objects.filter(pk=act.key, workspace=current_workspace()).first()
    if member is None:
        raise CannotFollow("Whoever this rule names has no place here any more.")
    return member


def _team(act: Act) -> Team:
    team = Team.objects.filter(pk=act.key).first()
    if team is None:
        raise CannotFollow("The team this rule names is not there any more.")
    return team


_DOING: Mapping[Does, Callable[[RuleRun, Act], str]] = {
    Does.GIVE: _give,
    Does.SHARE_OUT: _share_out,
    Does.PRIORITY: _rank,
    Does.NOTE: _note,
    Does.TELL: _tell,
    Does.SNOOZE: _snooze,
    Does.CAUSE: _cause,
    Does.SUGGEST: _suggest,
}
