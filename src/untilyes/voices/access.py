"""The only way from an outside key to a topic or a name."""

from untilyes.voices.models import Name, Topic
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_topic(key: str, *, seen_by: Member) -> Topic:
    """The topic, for a member of its workspace. Raises NotFound."""
    require(seen_by, "see")
    found = Topic.objects.filter(key=key, workspace=seen_by.workspace).select_related("into", "part_of").first()
    if found is None:
        raise NotFound("There is no such topic any more. Topics follow what customers say.")
    return found


def get_name(name_id: int, *, seen_by: Member) -> Name:
    """The name listened for. Raises NotFound."""
    require(seen_by, "see")
    found = Name.objects.filter(pk=name_id, workspace=seen_by.workspace).first()
    if found is None:
        raise NotFound("Nobody listens for that name.")
    return found
