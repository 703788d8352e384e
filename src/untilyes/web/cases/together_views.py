"""Letting a case rest, and joining, parting and linking cases."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from untilyes.cases import actions
from untilyes.cases.access import get_case, get_link, get_message
from untilyes.cases.models import Case
from untilyes.cases.rules import LinkKind, NotPossible, Priority
from untilyes.cases.snoozes import find_snooze_end
from untilyes.plumbing.clock import now
from untilyes.web.cases.showing import find_other, go_to_case, work_on
from untilyes.web.doors import MemberRequest, members_only
from untilyes.workspaces.access import require


@require_POST
@members_only
def snooze(request: MemberRequest, number: int) -> HttpResponse:
    """Take it out of the queue for a while."""

    def rest(one: Case) -> str:
        at = timezone.localtime()
        until = find_snooze_end(request.POST.get("on", "") or request.POST.get("until", ""), at=at)
        actions.snooze_case(one, until=until, by=request.member, at=at)
        return f"It comes back on {until:%-d %b, %H:%M}, with the customer’s next word, or when a target is missed."

    return work_on(request, number, "snooze", rest)


@require_POST
@members_only
def wake(request: MemberRequest, number: int) -> HttpResponse:
    """Take it back into the queue."""
    return work_on(request, number, "snooze", lambda one: actions.wake_case(one, by=request.member, at=now()))


@require_POST
@members_only
def prioritise(request: MemberRequest, number: int) -> HttpResponse:
    """Say how loudly it calls."""

    def raise_or_lower(one: Case) -> None:
        known = {str(level.value): level for level in Priority}
        priority = known.get(request.POST.get("priority", ""))
        if priority is None:
            raise NotPossible("Choose a priority.")
        actions.set_priority(one, priority, by=request.member, at=now())

    return work_on(request, number, "priority", raise_or_lower)


@require_POST
@members_only
def merge(request: MemberRequest, number: int) -> HttpResponse:
    """Make it one with another case of the same customer."""
    kept: list[Case] = []

    def join(one: Case) -> str:
        other = find_other(request.POST.get("other", ""), seen_by=request.member)
        if other is None:
            raise NotPossible("Say with which case it is the same.")
        kept.append(actions.merge_cases(one, other, by=request.member, at=now()))
        return f"They are one case now, #{kept[0].number}; both links of the customer lead to it."

    answer = work_on(request, number, "merge", join)
    return go_to_case(request, kept[0].number) if kept else answer


@require_POST
@members_only
def part(request: MemberRequest, number: int) -> HttpResponse:
    """It was another matter after all."""

    def undo(one: Case) -> str:
        actions.unmerge_case(one, by=request.member, at=now())
        return "It is a case of its own again, with its words and its clocks since it was opened."

    return work_on(request, number, "merge", undo)


@require_POST
@members_only
def split(request: MemberRequest, number: int, message_id: int) -> HttpResponse:
    """Let words of the customer begin a second case."""
    begun: list[Case] = []

    def begin(one: Case) -> str:
        message = get_message(message_id, case=one)
        begun.append(actions.split_case(one, message, by=request.member, at=now()))
        return f"These words began #{begun[0].number}; its promises run since they were written."

    answer = work_on(request, number, "split", begin)
    return go_to_case(request, begun[0].number) if begun else answer


@require_POST
@members_only
def link(request: MemberRequest, number: int) -> HttpResponse:
    """Note that another case belongs to it."""

    def tie(one: Case) -> None:
        other = find_other(request.POST.get("other", ""), seen_by=request.member)
        kind = request.POST.get("kind", "")
        if other is None or kind not in set(LinkKind):
            raise NotPossible("Say which case belongs to it, and how.")
        actions.link_cases(one, other, kind=LinkKind(kind), by=request.member, at=now())

    return work_on(request, number, "link", tie)


@require_POST
@members_only
def unlink(request: MemberRequest, number: int, link_id: int) -> HttpResponse:
    """They do not belong together after all."""
    case = get_case(number, seen_by=request.member)
    require(request.member, "work_cases")
    actions.unlink_cases(get_link(link_id, case=case), by=request.member, at=now())
    messages.success(request, "The link is gone; both cases stay as they are.")
    return go_to_case(request, number)
