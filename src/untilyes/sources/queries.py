"""Questions about imports; never writes."""

from untilyes.sources.models import ImportRun


def list_imports(*, limit: int = 50) -> list[ImportRun]:
    """The newest imports of the current workspace, newest first."""
    return list(ImportRun.objects.select_related("by__user")[:limit])
