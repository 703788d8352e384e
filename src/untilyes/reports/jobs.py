"""Errands: the digest on Mondays, each copy of it, and messages on their way to channels."""

from zoneinfo import ZoneInfo

from untilyes.insights.events import FindingGiven, LookEnded
from untilyes.insights.queries import find_last_look
from untilyes.plumbing.clock import now
from untilyes.reports.actions import carry_post_to_hook, make_digest, post_new_findings, send_copy_of_digest
from untilyes.reports.letters import Why, write_to_owners
from untilyes.reports.models import DigestCopy, HookPost
from untilyes.reports.queries import find_digest
from untilyes.reports.rules import find_monday
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def make_digests_when_due() -> int:
    """Make this week's digest wherever it is due and a look has ended; return how many."""
    made = 0
    for workspace in Workspace.objects.all():
        with inside(workspace):
            at = now()
            monday = find_monday(at.astimezone(ZoneInfo(workspace.timezone)))
            if monday and find_digest(monday) is None and find_last_look() is not None:
                make_digest(monday, at=at)
                made += 1
    return made


def send_copy(workspace_id: int, copy_id: int) -> None:
    """Send one copy; who left in the meantime gets none."""
    with inside(Workspace.objects.get(pk=workspace_id)):
        copy = DigestCopy.objects.select_related("digest", "member__user").filter(pk=copy_id).first()
        if copy is not None:
            send_copy_of_digest(copy, at=now())


def carry_posts() -> int:
    """Try every message to a channel whose time has come; return how many arrived."""
    arrived = 0
    for post in HookPost.everywhere.filter(next_try_at__lte=now()).select_related("hook", "workspace"):
        with inside(post.workspace):
            arrived += carry_post_to_hook(post, at=now())
    return arrived


def tell_owners(ended: LookEnded) -> None:
    """Write to those who act on what a look verified, saw grow or was to answer for."""
    with inside(Workspace.objects.get(pk=ended.workspace_id)):
        for why, found in ((Why.VERIFIED, ended.verified), (Why.GREW, ended.grown), (Why.DAY, ended.due)):
            write_to_owners(found, why=why)


def tell_whoever_was_given(given: FindingGiven) -> None:
    """Write to somebody who was given a finding."""
    with inside(Workspace.objects.get(pk=given.workspace_id)):
        write_to_owners((given.finding_id,), why=Why.GIVEN, by_name=given.by_name)


def tell_channels(ended: LookEnded) -> None:
    """Put what a look found newly on its way to the channels."""
    with inside(Workspace.objects.get(pk=ended.workspace_id)):
        post_new_findings(ended.new, at=ended.at)
