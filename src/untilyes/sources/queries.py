"""Questions about imports; never writes."""

from untilyes.sources.models import ImportRun, Upload


def list_imports(*, limit: int = 50) -> list[ImportRun]:
    """The newest imports of the current workspace, newest first."""
    return list(ImportRun.objects.select_related("by__user")[:limit])


def list_uploads() -> list[Upload]:
    """Files brought in on a page within the last week, the newest first."""
    return list(Upload.objects.select_related("by__user"))
