"""What a member finds at their desk: views, a draft, prepared replies, and who else is at the same case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import formats, translation

from untilyes.cases.filters import QueueFilter, read_filter
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case, Draft, PreparedReply, Presence, SavedView
from untilyes.cases.queries.expected import find_expected
from untilyes.cases.queries.queue import count_cases
from untilyes.cases.replies import choose_text, fill_reply
from untilyes.promises.queries import list_clocks
from untilyes.promises.rules import Measures
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

HERE = timedelta(seconds=30)
TYPING = timedelta(seconds=20)


@dataclass(frozen=True)
class ViewLine:
    """A saved view: what it asks for, and how many cases that is now."""

    id: int
    name: str
    asked: QueueFilter
    count: int
    is_shared: bool
    is_mine: bool


@dataclass(frozen=True)
class Present:
    """A colleague at the same case."""

    name: str
    is_typing: bool


@dataclass(frozen=True)
class ReplyLine:
    """A prepared reply as it would be sent in one case: the words filled in, and in which language."""

    id: int
    name: str
    text: str
    language: str


def list_views(seen_by: Member, *, at: datetime) -> Sequence[ViewLine]:
    """The member's own views and those shared with everybody, by name, each with its count."""
    lines = []
    for view in SavedView.objects.filter(Q(owner=seen_by) | Q(is_shared=True)):
        asked = read_filter(view.asked)
        is_mine = view.owner_id == seen_by.pk
        n = count_cases(seen_by, asked, at=at)
        lines.append(ViewLine(view.pk, view.name, asked, n, view.is_shared, is_mine))
    return lines


def find_draft(case: Case, *, of: Member) -> Draft | None:
    """What the member has begun to write in this case, or None."""
    return Draft.objects.filter(case=case, member=of).first()


def list_present(case: Case, *, seen_by: Member, at: datetime) -> Sequence[Present]:
    """Who else has the case open now, those who write first."""
    others = Presence.objects.filter(case=case, seen_at__gt=at - HERE).exclude(member=seen_by)
    here = [
        Present(str(one.member), one.typed_at is not None and one.typed_at > at - TYPING)
        for one in others.select_related("member__user").order_by("pk")
    ]
    return sorted(here, key=lambda one: not one.is_typing)


def list_prepared(seen_by: Member, *, search: str = "") -> Sequence[PreparedReply]:
    """The replies this member may use, by name; those whose name or words hold every word of `search`."""
    replies = PreparedReply.objects.filter(Q(is_shared=True) | Q(owner=seen_by)).select_related("owner__user")
    words = search.casefold().split()
    return [one for one in replies if all(word in _all_words(one) for word in words)]


def fill_prepared(replies: Sequence[PreparedReply], *, case: Case, by: Member, at: datetime) -> Sequence[ReplyLine]:
    """The replies as they would read in this case, in the customer's language where there is one."""
    house = current_workspace()
    lines = []
    for reply in replies:
        language, text = choose_text(reply.texts, wanted=case.language, fallback=house.language)
        lines.append(ReplyLine(reply.pk, reply.name, text, language))
    values = {one.language: read_values(case, language=one.language, by=by, at=at) for one in lines}
    return [ReplyLine(one.id, one.name, fill_reply(one.text, values[one.language]), one.language) for one in lines]


def read_values(case: Case, *, language: str, by: Member, at: datetime) -> dict[str, str]:
    """What can be filled in for this case; a target is never told."""
    due_at = find_promised(case, at=at)
    with translation.override(language or "en"):
        promise = formats.date_format(due_at.astimezone(_zone()), "DATETIME_FORMAT") if due_at else ""
    return {
        "customer": case.person.name if case.person else "",
        "case": f"#{case.number}",
        "promise": promise,
        "member": by.user.display_name,
        "workspace": current_workspace().name,
        "link": link_to_case(case),
    }


def find_promised(case: Case, *, at: datetime) -> datetime | None:
    """By when we publicly promised a yes, or what we said instead once that was missed; None where neither holds.

    While we wait for the customer there is no such time: it moves until they answer.
    """
    promised = [one for one in list_clocks(case.ref, at=at) if one.is_public and one.measure is Measures.TIME_TO_YES]
    due = [one.due_at for one in promised if one.is_running and not one.is_paused and one.due_at > at]
    return min(due, default=None) or find_expected(case, at=at)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_workspace().timezone)


def _all_words(reply: PreparedReply) -> str:
    return " ".join([reply.name, *reply.texts.values()]).casefold()
