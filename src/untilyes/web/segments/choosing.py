"""The same question about the customers of one segment: what a page is asked, and the choice it offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from untilyes.feedback.narrowing import narrow_lake
from untilyes.feedback.queries import open_lake
from untilyes.segments.models import Segment
from untilyes.segments.queries import list_segments
from untilyes.workspaces.tenancy import NotFound

if TYPE_CHECKING:
    from untilyes.lake import Lake

ANEW = ("segment", "page", "path")
"""What an address says that means something else among other customers."""


@dataclass(frozen=True)
class SegmentChoice:
    """The segments there are, the one chosen, and what else the address asks."""

    offered: Sequence[Segment]
    chosen: Segment | None
    others: Sequence[tuple[str, str]]

    @property
    def slug(self) -> str:
        """What addresses call the one chosen; empty for everybody."""
        return self.chosen.slug if self.chosen else ""

    def open_lake(self, *, at: datetime) -> "Lake":
        """The lake about these customers; tenure as of `at`."""
        return narrow_lake(open_lake(), self.slug, at=at)


def read_choice(asked: Mapping[str, str]) -> SegmentChoice:
    """What an address asks. Raises NotFound for a segment that is not kept any more."""
    offered, wanted = list_segments(), asked.get("segment", "")
    chosen = next((one for one in offered if one.slug == wanted), None)
    if wanted and chosen is None:
        raise NotFound("This segment is not kept any more; ask about everybody, or choose another one.")
    return SegmentChoice(offered, chosen, [pair for pair in asked.items() if pair[0] not in ANEW and pair[1]])
