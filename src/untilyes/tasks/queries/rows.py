"""The interactions behind the numbers of a task's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from untilyes.feedback.queries import open_lake
from untilyes.tasks.models import Task
from untilyes.tasks.queries.figures import find_read_at
from untilyes.tasks.queries.naming import map_names
from untilyes.tasks.words import name_key
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member

if TYPE_CHECKING:
    from untilyes.analysis.task_rows import Counted, EpisodeRows

PER_PAGE = 50
MOST_PAGES = 20


@dataclass(frozen=True)
class Behind:
    """What was counted, a page of it: as of when the figures were."""

    rows: "EpisodeRows"
    number: int
    read_at: datetime

    @property
    def following(self) -> int | None:
        """The next page, None at the end of all or of what is shown."""
        return self.number + 1 if self.rows.n > self.number * PER_PAGE and self.number < MOST_PAGES else None

    @property
    def is_cut(self) -> bool:
        return self.rows.n > MOST_PAGES * PER_PAGE


def read_behind(
    task: Task,
    counted: "Counted",
    *,
    seen_by: Member,
    step: tuple[str, str] = ("", ""),
    then: Task | None = None,
    number: int = 1,
) -> Behind | None:
    """The interactions a number counted, the newest first; None before anything was counted. Raises NotAllowed."""
    from untilyes.analysis.task_rows import list_told_names, read_task_rows  # noqa: PLC0415 - loads the engine

    require(seen_by, "see_customers")
    read_at = find_read_at()
    if read_at is None:
        return None
    lake, names, number = open_lake(), map_names(), min(max(1, number), MOST_PAGES)
    told = [(one, names.get(name_key(one))) for one in list_told_names(lake)]
    rows = read_task_rows(
        lake,
        [one for one, key in told if key == task.pk],
        at=read_at,
        counted=counted,
        step=step,
        then=[one for one, key in told if then is not None and key == then.pk],
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
    )
    return Behind(rows, number, read_at)
