"""Questions about digests and channels; never writes."""

from collections.abc import Sequence
from datetime import date, datetime

from untilyes.reports.models import Digest, DigestChoice, Hook, HookPost
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members


def wants_digest(member: Member) -> bool:
    """Whether this member gets the digest: as they chose, else when they may act on findings."""
    chosen = DigestChoice.objects.filter(member=member).first()
    return chosen.wants if chosen else member.may("act_on_findings")


def list_readers() -> Sequence[Member]:
    """Everybody who gets the digest."""
    return [member for member in list_members() if wants_digest(member)]


def find_digest(monday: date) -> Digest | None:
    """The digest of that week, or None when it was not made yet."""
    return Digest.objects.filter(monday=monday).first()


def find_last_digest() -> Digest | None:
    """The newest digest, or None."""
    return Digest.objects.first()


def list_hooks() -> Sequence[Hook]:
    """The channels findings go to."""
    return list(Hook.objects.all())


def list_failing_hooks() -> Sequence[Hook]:
    """Channels whose newest message did not arrive."""
    return list(Hook.objects.exclude(problem=""))


def list_waiting_posts(at: datetime) -> Sequence[HookPost]:
    """Messages whose time for a try has come, the oldest first."""
    return list(HookPost.objects.filter(next_try_at__lte=at).select_related("hook"))
