"""Saying what the customer of a case wants to get done."""

from datetime import datetime

from untilyes.cases.history import circumstances_of
from untilyes.cases.models import Case
from untilyes.tasks.actions import choose_task, drop_choice
from untilyes.tasks.models import Task
from untilyes.workspaces.models import Member


def set_task(case: Case, text: str, *, by: Member, at: datetime, is_another: bool = False) -> Task | None:
    """Say which task a case is about; empty words take it back. Raises BadTask, AlmostTheSame, NotAllowed."""
    when = circumstances_of(case)
    if not text.strip():
        drop_choice(case.ref, when=when, by=by, at=at)
        return None
    return choose_task(case.ref, text, when=when, by=by, at=at, is_another=is_another)
