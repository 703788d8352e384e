"""What members do to topics and names: each form is one verb, and leads back to where it was sent from."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from untilyes.analysis.voices.asking import NotUnderstood
from untilyes.plumbing.clock import now
from untilyes.voices.access import get_name, get_topic
from untilyes.voices.actions import (
    ask_for_hearing,
    ask_topic,
    drop_name,
    drop_topic,
    join_topic,
    list_name,
    merge_topic,
    name_topic,
    pin_topic,
    split_topic,
    summarise_topic,
    unmerge_topic,
)
from untilyes.voices.models import Topic
from untilyes.voices.rules import NotPossible
from untilyes.web.doors import MemberRequest, members_only
from untilyes.workspaces.tenancy import NotFound

Step = Callable[[MemberRequest, Topic, datetime], Topic | None]


@require_POST
@members_only
def listen(request: MemberRequest) -> HttpResponse:
    """Listen to everything anew."""
    ask_for_hearing(at=now(), by=request.member)
    return redirect("voices:page", request.member.workspace.slug)


@require_POST
@members_only
def ask(request: MemberRequest) -> HttpResponse:
    """Ask for a topic by a query."""
    query, title = request.POST.get("query", ""), request.POST.get("title", "")
    slug = request.member.workspace.slug
    try:
        topic = ask_topic(query, title=title, by=request.member, at=now())
    except (NotUnderstood, NotPossible) as problem:
        messages.error(request, str(problem))
        return redirect("voices:page", slug)
    messages.success(request, "Comments are filed under it with the look that has begun.")
    return redirect("voices:topic", slug, topic.key)


@require_POST
@members_only
def shape(request: MemberRequest, key: str, step: str) -> HttpResponse:
    """Name, pin, merge, split … a topic."""
    if step not in STEPS:
        raise NotFound("There is no such step.")
    slug = request.member.workspace.slug
    topic = get_topic(key, seen_by=request.member)
    try:
        left = STEPS[step](request, topic, now())
    except NotPossible as problem:
        messages.error(request, str(problem))
        left = topic
    return redirect("voices:topic", slug, left.key) if left is not None else redirect("voices:page", slug)


@require_POST
@members_only
def list_one(request: MemberRequest) -> HttpResponse:
    """Listen for a name."""
    posted = request.POST
    spellings = posted.get("spellings", "").split(",")
    try:
        list_name(posted.get("name", ""), sort=posted.get("sort", ""), spellings=spellings, by=request.member, at=now())
    except NotPossible as problem:
        messages.error(request, str(problem))
    return redirect("voices:names", request.member.workspace.slug)


@require_POST
@members_only
def drop_one(request: MemberRequest, name_id: int) -> HttpResponse:
    """Listen for a name no more."""
    drop_name(get_name(name_id, seen_by=request.member), by=request.member, at=now())
    return redirect("voices:names", request.member.workspace.slug)


def _name(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    return name_topic(topic, request.POST.get("title", ""), by=request.member, at=at)


def _pin(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    return pin_topic(topic, pinned=not topic.is_pinned, by=request.member, at=at)


def _merge(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    into = get_topic(request.POST.get("into", ""), seen_by=request.member)
    return merge_topic(topic, into, by=request.member, at=at)


def _unmerge(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    return unmerge_topic(topic, by=request.member, at=at)


def _split(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    parts = request.POST.get("parts", "")
    split_topic(topic, int(parts) if parts.isdecimal() and len(parts) < 3 else 0, by=request.member, at=at)
    return topic


def _join(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    return join_topic(topic, by=request.member, at=at)


def _summarise(request: MemberRequest, topic: Topic, at: datetime) -> Topic:
    return summarise_topic(topic, by=request.member, at=at)


def _drop(request: MemberRequest, topic: Topic, at: datetime) -> None:
    drop_topic(topic, by=request.member, at=at)


STEPS: Final[dict[str, Step]] = {
    "name": _name,
    "pin": _pin,
    "merge": _merge,
    "unmerge": _unmerge,
    "split": _split,
    "join": _join,
    "drop": _drop,
    "summarise": _summarise,
}
