"""Errands: look at files brought in on a page, take them in, forget them after a week."""

import logging
from collections.abc import Callable

from untilyes.lake import LakeError
from untilyes.plumbing.clock import now
from untilyes.sources.errors import ImportRefused
from untilyes.sources.models import Upload
from untilyes.sources.uploading import fail_upload, forget_uploads, look_over_upload, take_in_upload
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

logger = logging.getLogger(__name__)


def look_over(workspace_id: int, upload_id: int) -> None:
    """Say what would happen to the rows."""
    _run(workspace_id, upload_id, lambda upload: look_over_upload(upload, at=now()))


def take_in(workspace_id: int, upload_id: int) -> None:
    """Import them."""
    _run(workspace_id, upload_id, lambda upload: take_in_upload(upload, at=now()))


def forget_old_uploads() -> None:
    """Once an hour, in every workspace."""
    for workspace in Workspace.objects.all():
        with inside(workspace):
            forget_uploads(at=now())


def _run(workspace_id: int, upload_id: int, errand: Callable[[Upload], Upload]) -> None:
    """A failure is written down where people see it, and not tried again by itself."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        upload = Upload.objects.select_related("workspace", "by").filter(pk=upload_id).first()
        if upload is None:
            return
        try:
            errand(upload)
        except (ImportRefused, LakeError) as refused:
            fail_upload(upload, str(refused))
        except Exception as problem:
            logger.exception("The upload %s failed.", upload_id)
            fail_upload(upload, f"{type(problem).__name__}: {problem}")
