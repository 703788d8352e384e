"""Giving cases to people: one at a time, each once, fairly."""

from datetime import datetime

from django.db import transaction

from untilyes.automation.choosing import Strategy, choose_person
from untilyes.automation.models import TeamSharing, Turn
from untilyes.automation.queries.sharing import list_people
from untilyes.cases.actions.ruled import route_case
from untilyes.cases.history import lock_case
from untilyes.cases.models import Case
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member, Team


@transaction.atomic
def share_work(team: Team, strategy: Strategy, *, gives_by_itself: bool, by: Member, at: datetime) -> TeamSharing:
    """Say how a team shares its cases out, and whether it does so by itself. Raises NotAllowed."""
    require(by, "edit_rules")
    sharing, _ = TeamSharing.objects.get_or_create(team=team)
    if (sharing.strategy, sharing.gives_by_itself) != (strategy, gives_by_itself):
        sharing.strategy, sharing.gives_by_itself = strategy.value, gives_by_itself
        sharing.save(update_fields=["strategy", "gives_by_itself"])
        about, told = f"team:{team.pk}", strategy.value
        record_audit("share_work", about=about, at=at, by=by, strategy=told, gives_by_itself=gives_by_itself)
    return sharing


@transaction.atomic
def give_case(case: Case, team: Team, *, because: str, at: datetime) -> Member | None:
    """Give a case to whose turn it is in the team; None when nobody there has room, is here and works cases.

    One that somebody has already stays theirs and is returned with them. The case is held before the team's row, here
    and everywhere, so that two givings at once wait for each other and never for each other's end.
    """
    lock_case(case)
    if case.assignee is not None or case.is_over:
        return case.assignee
    TeamSharing.objects.get_or_create(team=team)
    sharing = TeamSharing.objects.select_for_update().get(team=team)
    people = list_people(sharing, at=at)
    needs = (case.language, case.touchpoint, case.channel)
    chosen = choose_person([person for _, person in people], Strategy(sharing.strategy), needs=needs)
    member = next((member for member, person in people if person is chosen), None)
    if member is None:
        return None
    route_case(case, to=member, team=team.name, because=because, at=at)
    sharing.turns += 1
    sharing.save(update_fields=["turns"])
    Turn.objects.update_or_create(sharing=sharing, member=member, defaults={"turn": sharing.turns})
    return member
