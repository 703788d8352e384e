"""The only way from an outside name to a segment."""

from untilyes.segments.models import Segment
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_segment(slug: str, *, seen_by: Member) -> Segment:
    """The segment, for a member of its workspace. Raises NotFound."""
    require(seen_by, "see")
    found = Segment.objects.filter(slug=slug, workspace=seen_by.workspace).first()
    if found is None:
        raise NotFound("There is no such segment.")
    return found
