"""The only way from an outside id to an upload."""

from untilyes.sources.models import Upload
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_upload(upload_id: int, *, seen_by: Member) -> Upload:
    """The upload, for a member who may import. Raises NotFound, NotAllowed."""
    require(seen_by, "import_files")
    found = Upload.objects.filter(pk=upload_id, workspace=seen_by.workspace).select_related("workspace", "by").first()
    if found is None:
        raise NotFound("There is no such upload, or its week is over.")
    return found
