"""Errands: the look for segments somebody asked for."""

import logging

from untilyes.plumbing.clock import now
from untilyes.segments.actions import look_for_segments
from untilyes.segments.models import SegmentLook
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

logger = logging.getLogger(__name__)


def look(workspace_id: int, look_id: int) -> None:
    """Carry it out. A failure is written down where people see it, and not tried again by itself."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        asked = SegmentLook.objects.get(pk=look_id)
        try:
            look_for_segments(asked, clock=now)
        except Exception as problem:
            logger.exception("The look for segments %s failed.", look_id)
            asked.stage, asked.ended_at = SegmentLook.Stage.FAILED, now()
            asked.problem = f"{type(problem).__name__}: {problem}"[:300]
            asked.save()
