"""From a signed-in user, or a program's key, to the workspaces they belong to; nothing else leads there."""

from untilyes.workspaces.keys import BadKey, is_same_digest, split_token
from untilyes.workspaces.models import ApiKey, Employee, Member, Team, User
from untilyes.workspaces.tenancy import NotFound


class NotAllowed(PermissionError):
    """The member's role does not allow it; the message says which would."""


def list_memberships(user: User) -> list[Member]:
    """The user's places, in the order they joined."""
    return list(user.memberships.select_related("workspace", "user").order_by("joined_at", "pk"))


def get_membership(user: User, *, slug: str) -> Member:
    """The user's place in the workspace called `slug`. Raises NotFound, also when it exists without them."""
    try:
        return user.memberships.select_related("workspace", "user").get(workspace__slug=slug)
    except Member.DoesNotExist as error:
        raise NotFound(f"No workspace {slug!r}.") from error


def require(member: Member, action: str) -> None:
    """Raise NotAllowed unless the member may do `action`."""
    if not member.may(action):
        article = "An" if member.role[0] in "aeiou" else "A"
        raise NotAllowed(f"{article} {member.role} may not {action.replace('_', ' ')}; ask an owner or a manager.")


def get_member(member_id: int, *, seen_by: Member) -> Member:
    """Somebody with a place in the same workspace. Raises NotFound."""
    try:
        return Member.objects.select_related("user", "workspace").get(pk=member_id, workspace=seen_by.workspace)
    except Member.DoesNotExist as error:
        raise NotFound("Nobody of that kind works here.") from error


def get_employee(employee_id: int, *, seen_by: Member) -> Employee:
    """Somebody who serves customers in the same workspace. Raises NotFound."""
    try:
        return Employee.objects.select_related("team", "member__user").get(pk=employee_id, workspace=seen_by.workspace)
    except Employee.DoesNotExist as error:
        raise NotFound("Nobody of that kind works here.") from error


def get_team(team_id: int, *, seen_by: Member) -> Team:
    """A team of the same workspace. Raises NotFound."""
    try:
        return Team.objects.get(pk=team_id, workspace=seen_by.workspace)
    except Team.DoesNotExist as error:
        raise NotFound("No such team.") from error


def get_key_behind(token: str) -> ApiKey:
    """The key a program sent, with its workspace and its maker. Raises BadKey.

    The secret is the right to come in: no workspace is chosen yet, so this looks everywhere, for the one row it names.
    """
    prefix, secret = split_token(token)
    found = ApiKey.everywhere.select_related("workspace", "made_by__user", "made_by__workspace")
    key = found.filter(prefix=prefix).first()
    if key is None or not is_same_digest(key.digest, secret) or not key.is_good:
        raise BadKey("This key opens nothing here.")
    return key


def get_api_key(key_id: int, *, seen_by: Member) -> ApiKey:
    """A key of the same workspace. Raises NotFound."""
    try:
        return ApiKey.objects.get(pk=key_id, workspace=seen_by.workspace)
    except ApiKey.DoesNotExist as error:
        raise NotFound("No such key.") from error
