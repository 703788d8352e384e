"""What a member keeps for themselves while working: a draft, a view of the queue, and that they are here."""

from datetime import datetime, timedelta

from django.db import transaction

from untilyes.cases.filters import QueueFilter
from untilyes.cases.models import Case, Draft, Presence, SavedView
from untilyes.cases.rules import LONGEST_MESSAGE, NotPossible
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

FORGET_AFTER = timedelta(hours=1)
LONGEST_NAME = 60
MOST_VIEWS = 30


def keep_draft(case: Case, text: str, *, by: Member, at: datetime) -> Draft | None:
    """Keep what a member has written and not sent, one draft a case; empty words forget it. No one else sees it."""
    require(by, "work_cases")
    words = text.replace("\x00", "")[:LONGEST_MESSAGE]
    if not words.strip():
        Draft.objects.filter(case=case, member=by).delete()
        return None
    draft, _ = Draft.objects.update_or_create(case=case, member=by, defaults={"text": words, "saved_at": at})
    return draft


def note_presence(case: Case, *, by: Member, at: datetime, is_typing: bool = False) -> None:
    """Note that a member looks at a case, or writes in it; what is long past is forgotten."""
    require(by, "see_customers")
    seen: dict[str, datetime] = {"seen_at": at} | ({"typed_at": at} if is_typing else {})
    Presence.objects.update_or_create(case=case, member=by, defaults=seen)
    Presence.objects.filter(seen_at__lt=at - FORGET_AFTER).delete()


@transaction.atomic
def save_view(name: str, asked: QueueFilter, *, is_shared: bool, by: Member, at: datetime) -> SavedView:
    """Keep a view of the queue under a name; the same name of the same member is written over.

    Raises NotPossible without a name, or with more views than anybody finds their way in; NotAllowed.
    """
    require(by, "see_customers")
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME:
        raise NotPossible(f"Give the view a name of at most {LONGEST_NAME} characters.")
    mine = SavedView.objects.filter(owner=by)
    if not mine.filter(name=words).exists() and mine.count() >= MOST_VIEWS:
        raise NotPossible(f"You have {MOST_VIEWS} views already; remove one first.")
    view, _ = SavedView.objects.update_or_create(
        owner=by, name=words, defaults={"asked": asked.asked, "is_shared": is_shared, "made_at": at}
    )
    record_audit("save_view", about=f"view:{view.pk}", at=at, by=by, name=words, shared=is_shared)
    return view


@transaction.atomic
def remove_view(view: SavedView, *, by: Member, at: datetime) -> None:
    """Keep a view no longer. A shared one is its owner's to remove, or a leader's. Raises NotPossible."""
    require(by, "see_customers")
    if view.owner_id != by.pk and not by.may("end_cases"):
        raise NotPossible(f"This view is {view.owner}’s; they or a manager can remove it.")
    record_audit("remove_view", about=f"view:{view.pk}", at=at, by=by, name=view.name)
    view.delete()
