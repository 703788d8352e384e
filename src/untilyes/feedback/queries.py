"""Questions about what was said and what waits; never writes."""

from typing import TYPE_CHECKING

from django.conf import settings

from untilyes.feedback.models import OutboxEntry
from untilyes.workspaces.tenancy import current_workspace

if TYPE_CHECKING:
    from untilyes.lake import Lake


def open_lake() -> "Lake":
    """The current workspace's lake. Raises OutsideWorkspace when there is none."""
    from untilyes.lake import Lake  # noqa: PLC0415 - the engine takes most of a second to load

    workspace = current_workspace()
    return Lake(settings.LAKE_ROOT / str(workspace.key), zone=workspace.timezone)


def count_waiting() -> int:
    """Facts recorded but not yet in the lake."""
    return OutboxEntry.objects.count()
