"""Questions about segments; never writes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from untilyes.feedback.queries import open_lake
from untilyes.segments.models import Segment, SegmentLook

if TYPE_CHECKING:
    from untilyes.analysis.measures.measure import Among


def list_segments() -> Sequence[Segment]:
    """The segments kept, by name."""
    return list(Segment.objects.all())


def find_segment(slug: str) -> Segment | None:
    """The segment called so in addresses, or None."""
    return Segment.objects.filter(slug=slug).first()


def find_last_look() -> SegmentLook | None:
    """The newest look that is over, or None."""
    return SegmentLook.objects.exclude(stage=SegmentLook.Stage.ASKED).first()


def is_looking() -> bool:
    """Whether a look was asked for and is not over."""
    return SegmentLook.objects.filter(stage=SegmentLook.Stage.ASKED).exists()


def find_members(slug: str, at: datetime) -> "Among | None":
    """The members of the segment called so; None where there is none."""
    segment = find_segment(slug)
    return among(segment, at=at) if segment else None


def among(segment: Segment, *, at: datetime) -> "Among":
    """Its members as measures take them; tenure as of `at`."""
    from untilyes.analysis.segments.members import list_members  # noqa: PLC0415 - loads the engine

    return partial(list_members, conditions=segment.rules, at=at)


def find_belonging(segment: Segment, customers: Iterable[UUID], *, at: datetime) -> frozenset[UUID]:
    """Which of these customers belong to it, by what the lake knows of them; tenure as of `at`."""
    from untilyes.analysis.segments.members import find_members  # noqa: PLC0415 - loads the engine

    keys = {str(key): key for key in customers}
    found = find_members(open_lake(), segment.rules, among=keys, at=at)
    return frozenset(keys[key] for key in found)
