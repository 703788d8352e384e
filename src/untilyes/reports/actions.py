"""Making digests, sending copies, keeping channels and posting to them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction

from untilyes.charts.drawing import draw_png_file
from untilyes.insights.queries import list_by_id
from untilyes.plumbing.jobs import enqueue
from untilyes.plumbing.mail import send_mail_now
from untilyes.reports.gathering import MOST_IN_MAIL, gather_week, tell
from untilyes.reports.models import Digest, DigestChoice, DigestCopy, Hook, HookPost
from untilyes.reports.posting import post_json
from untilyes.reports.queries import find_digest, find_last_digest, list_hooks, list_readers
from untilyes.reports.rules import Shape, check_address, find_next_try
from untilyes.reports.shapes import Body, shape_message
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

WEEK = timedelta(days=7)
MOST_AGO = timedelta(days=28)
"""After a long silence a digest tells of four weeks, not of everything since."""


@transaction.atomic
def choose_digest(member: Member, *, wants: bool) -> DigestChoice:
    """Have the weekly digest, or not. It is each member's own choice."""
    choice, _ = DigestChoice.objects.update_or_create(
        member=member, workspace=current_workspace(), defaults={"wants": wants}
    )
    return choice


@transaction.atomic
def make_digest(monday: date, *, at: datetime) -> Digest:
    """Make the week's digest and a copy for everybody who wants it; making it again returns the one there is."""
    if standing := find_digest(monday):
        return standing
    last = find_last_digest()
    since = max(last.made_at if last else at - WEEK, at - MOST_AGO)
    week = gather_week(since=since, at=at)
    told = len(week.report.findings) + week.more + len(week.verified) if week else 0
    digest = Digest.objects.create(monday=monday, made_at=at, since=since, told=told)
    for reader in list_readers() if week else ():
        copy = DigestCopy.objects.create(digest=digest, member=reader)
        enqueue("untilyes.reports.jobs.send_copy", copy.workspace_id, copy.pk)
    return digest


def send_copy_of_digest(copy: DigestCopy, *, at: datetime) -> bool:
    """Write one member's copy with its charts and send it; True unless it had been sent, or nothing is left to tell.

    Raises what the mail server says, so that the queue tries again.
    """
    if copy.sent_at is not None:
        return False
    week = gather_week(since=copy.digest.since, at=copy.digest.made_at)
    if week is None:
        return False
    pictures = {f"finding-{n}": draw_png_file(one.chart) for n, one in enumerate(week.report.findings) if one.chart}
    shown = [(one, f"finding-{n}" if one.chart else "") for n, one in enumerate(week.report.findings)]
    choice = f"{settings.BASE_URL}/w/{current_workspace().slug}/findings/sending/"
    send_mail_now(
        "reports/digest",
        to=copy.member.user.email,
        subject=week.subject,
        context={"week": week, "findings": shown, "choice": choice},
        pictures=pictures,
    )
    copy.sent_at = at
    copy.save(update_fields=["sent_at"])
    return True


@transaction.atomic
def add_hook(name: str, *, shape: Shape, address: str, by: Member, at: datetime) -> Hook:
    """Have new findings posted to a channel. Raises NotAnAddress, ValueError without a name, NotAllowed."""
    require(by, "edit_workspace")
    if not name.strip():
        raise ValueError("Give the channel a name, such as #customers.")
    hook = Hook.objects.create(name=name.strip()[:80], shape=shape.value, address=check_address(address))
    record_audit("add_hook", about=f"hook:{hook.pk}", at=at, by=by, name=hook.name, leads_to=hook.told_address)
    return hook


@transaction.atomic
def remove_hook(hook: Hook, *, by: Member, at: datetime) -> None:
    """Post nothing more to a channel, and forget its address. Raises NotAllowed."""
    require(by, "edit_workspace")
    record_audit("remove_hook", about=f"hook:{hook.pk}", at=at, by=by, name=hook.name, leads_to=hook.told_address)
    hook.delete()


def try_hook(hook: Hook, *, by: Member, at: datetime) -> str:
    """Post a few words to a channel now; return why they did not arrive, or nothing. Raises NotAllowed."""
    require(by, "edit_workspace")
    words = f"{by.user.display_name} tries this channel: new findings of {current_workspace().name} will come here."
    problem = post_json(hook.address, shape_message(Shape(hook.shape), words, (), address=_findings_address()))
    _note(hook, problem, at)
    return problem


@transaction.atomic
def post_new_findings(finding_ids: Sequence[int], *, at: datetime) -> int:
    """Put a message about new findings on its way to every channel; return to how many."""
    hooks, found = list_hooks(), list_by_id(finding_ids)
    if not hooks or not found:
        return 0
    shown = [tell(one, width=400) for one in found[:MOST_IN_MAIL]]
    more = f", the {len(shown)} most worthwhile" if len(found) > len(shown) else ""
    heading = f"{current_workspace().name}: {len(found)} new finding{'s' if len(found) != 1 else ''}{more}"
    for hook in hooks:
        body = shape_message(Shape(hook.shape), heading, shown, address=_findings_address())
        HookPost.objects.create(hook=hook, body=body, made_at=at, next_try_at=at)
    return len(hooks)


def carry_post_to_hook(post: HookPost, *, at: datetime) -> bool:
    """Try to deliver one message; a failed one waits longer each time and is given up in the end."""
    body: Body = post.body
    problem = post_json(post.hook.address, body)
    post.attempts += 1
    post.problem = problem
    post.arrived_at = None if problem else at
    post.next_try_at = find_next_try(post.attempts, at) if problem else None
    post.save()
    _note(post.hook, problem, at)
    return not problem


def _note(hook: Hook, problem: str, at: datetime) -> None:
    hook.problem = problem
    if not problem:
        hook.last_sent_at = at
    hook.save(update_fields=["problem", "last_sent_at"])


def _findings_address() -> str:
    return f"{settings.BASE_URL}/w/{current_workspace().slug}/findings/"
