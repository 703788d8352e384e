"""Verbs about segments: keeping, renaming and dropping them, and looking for new ones."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from untilyes.analysis.segments.condition import BadCondition, read_conditions, simplify
from untilyes.feedback.queries import find_present, open_lake
from untilyes.plumbing.jobs import enqueue
from untilyes.segments.models import Segment, SegmentLook
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


class SegmentExists(ValueError):
    """Another segment goes by this name already."""


@transaction.atomic
def keep_segment(
    name: str, conditions: Sequence[Mapping[str, Any]], *, by: Member, at: datetime, was_found: bool = False
) -> Segment:
    """Keep a group under a name. Raises BadCondition, SegmentExists, NotAllowed."""
    require(by, "act_on_findings")
    rules = simplify(read_conditions(conditions))
    if not rules:
        raise BadCondition("Say at least one thing that makes somebody a member.")
    slug = _free_slug(name)
    segment = Segment.objects.create(
        name=name.strip()[:80], slug=slug, conditions=[one.to_dict() for one in rules], was_found=was_found,
        made_at=at, by=by,
    )  # fmt: skip
    record_audit("keep_segment", about=f"segment:{segment.pk}", at=at, by=by, name=segment.name, told=segment.told)
    return segment


@transaction.atomic
def rename_segment(segment: Segment, name: str, *, by: Member, at: datetime) -> Segment:
    """Call it otherwise; addresses stay. Raises SegmentExists, NotAllowed."""
    require(by, "act_on_findings")
    if segment.name != name.strip():
        _free_slug(name, but=segment)
        record_audit("rename_segment", about=f"segment:{segment.pk}", at=at, by=by, was=segment.name, name=name.strip())
        segment.name = name.strip()[:80]
        segment.save(update_fields=["name"])
    return segment


@transaction.atomic
def drop_segment(segment: Segment, *, by: Member, at: datetime) -> None:
    """Keep it no longer; nothing about its members changes. Raises NotAllowed."""
    require(by, "act_on_findings")
    record_audit("drop_segment", about=f"segment:{segment.pk}", at=at, by=by, name=segment.name, told=segment.told)
    segment.delete()


@transaction.atomic
def ask_for_segments(*, by: Member, at: datetime) -> SegmentLook:
    """Have the worker look for segments soon; asking while it does returns that look."""
    require(by, "see")
    standing = SegmentLook.objects.filter(stage=SegmentLook.Stage.ASKED).first()
    if standing:
        return standing
    look = SegmentLook.objects.create(asked_at=at)
    enqueue("untilyes.segments.jobs.look", look.workspace_id, look.pk)
    return look


def look_for_segments(look: SegmentLook, *, clock: Callable[[], datetime]) -> SegmentLook:
    """Divide the customers and write down what was found. A look that is over stays as it was."""
    from untilyes.analysis.segments.finding import find_segments  # noqa: PLC0415 - loads the engine

    if look.stage != SegmentLook.Stage.ASKED:
        return look
    found = find_segments(open_lake(), at=find_present(look.asked_at))
    look.customers, look.needs, look.agreement = found.customers, len(found.needs), found.agreement
    look.found = [
        {
            "conditions": [one.to_dict() for one in segment.conditions],
            "told": segment.told,
            "share": segment.share.to_dict(),
            "differs": [{"need": one.need, "told": _tell(one.change)} for one in segment.differs],
        }
        for segment in found.segments
    ]
    look.stage, look.ended_at = SegmentLook.Stage.DONE, clock()
    look.save()
    return look


def _tell(change: Any) -> str:
    """ "41 %, the others 12 %"."""
    return f"{change.after.brief()} (n = {change.after.n:,.0f}), the others {change.before.brief()}"


def _free_slug(name: str, *, but: Segment | None = None) -> str:
    slug = slugify(name)[:80]
    if not slug:
        raise BadCondition("Give the segment a name of letters or digits.")
    taken = Segment.objects.filter(slug=slug)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        raise SegmentExists(f"There is a segment called {name.strip()!r} already; choose another name.")
    return slug
