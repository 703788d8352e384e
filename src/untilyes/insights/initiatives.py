"""What a look makes of the initiatives: reads their figures anew, and says whose owners must hear of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from untilyes.insights.models import UNDER_WAY, Initiative, KeptFinding, Run
from untilyes.workspaces.tenancy import current_workspace

if TYPE_CHECKING:
    from untilyes.lake import Lake


def read_initiatives(lake: "Lake", *, until: date, at: datetime) -> int:
    """Read the figures of everything under way before it began and since; return how many had any."""
    from untilyes.analysis.findings.watching import read_since  # noqa: PLC0415 - loads the engine

    read = 0
    for one in Initiative.objects.filter(finding__state__in=UNDER_WAY).select_related("finding"):
        watch = one.finding.watch
        readings = read_since(lake, watch, begun_on=one.begun_on, until=until) if watch else ()
        one.readings, one.read_at = [reading.to_dict() for reading in readings], at
        one.save(update_fields=["readings", "read_at"])
        read += bool(readings)
    return read


def note_grown(told: Sequence[KeptFinding], *, at: datetime) -> tuple[int, ...]:
    """The findings that outgrew what they were when their initiative began; each is named once."""
    grown = [
        one.initiative
        for one in told
        if hasattr(one, "initiative")
        and one.state in UNDER_WAY
        and one.initiative.grown_at is None
        and one.size.has_outgrown(one.initiative.begun_size)
    ]
    Initiative.objects.filter(pk__in=[one.pk for one in grown]).update(grown_at=at)
    return tuple(one.finding_id for one in grown)


def note_answered(run: Run, *, verified: Sequence[int], at: datetime) -> tuple[int, ...]:
    """The findings under way whose day to look has come; each is named once, and none after it was verified."""
    Initiative.objects.filter(finding__in=list(verified)).update(answered_at=at)
    today = run.asked_at.astimezone(ZoneInfo(current_workspace().timezone)).date()
    due = Initiative.objects.filter(finding__state__in=UNDER_WAY, answered_at=None, look_on__lte=today)
    found = tuple(due.values_list("finding_id", flat=True))
    due.update(answered_at=at)
    return found
