"""What one customer came with, and which task that is. A suggestion is never taken silently: a person chooses."""

from datetime import datetime

from django.db import transaction

from untilyes.customers.events import CustomerErased
from untilyes.feedback.actions import record_task
from untilyes.feedback.facts import Circumstances
from untilyes.tasks.actions.naming import ensure_task
from untilyes.tasks.models import Matter, MatterTerm, Task
from untilyes.tasks.rules import Told
from untilyes.tasks.words import list_terms
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def note_matter(about: str, text: str, *, when: Circumstances) -> Matter:
    """Keep the terms of what a customer wrote, all of it so far; what they wrote is kept where it was written."""
    matter = _ensure_matter(about, when=when)
    terms = list_terms(text)
    known = set(matter.terms.values_list("term", flat=True))
    new = [MatterTerm(matter=matter, term=term) for term in terms if term not in known]
    MatterTerm.objects.bulk_create(new, ignore_conflicts=True)
    return matter


@transaction.atomic
def choose_task(
    about: str, text: str, *, when: Circumstances, by: Member, at: datetime, is_another: bool = False
) -> Task:
    """Say what the customer wants to get done: a task that is known, or a new one.

    It is told to the lake with the interaction it is about. Raises BadTask, AlmostTheSame, NotAllowed.
    """
    require(by, "work_cases")
    task = ensure_task(text, by=by, at=at, is_another=is_another)
    matter = _ensure_matter(about, when=when)
    if matter.task != task:
        matter.task, matter.told, matter.told_by, matter.told_at = task, Told.PERSON.value, by, at
        matter.save()
        record_audit("choose_task", about=about, at=at, by=by, task=task.name)
        record_task(task.name, when=when)
    return task


@transaction.atomic
def drop_choice(about: str, *, when: Circumstances, by: Member, at: datetime) -> None:
    """Say that the task is not known after all. Raises NotAllowed."""
    require(by, "work_cases")
    matter = Matter.objects.filter(about=about).exclude(task=None).first()
    if matter is not None:
        matter.task, matter.told, matter.told_by, matter.told_at = None, "", None, None
        matter.save()
        record_audit("drop_choice", about=about, at=at, by=by)
        record_task(None, when=when)


def forget_matters(fact: CustomerErased) -> None:
    """Forget the words of a customer who wishes to be forgotten, in the transaction that forgets them."""
    Matter.objects.filter(customer_key=str(fact.customer_id)).delete()


def _ensure_matter(about: str, *, when: Circumstances) -> Matter:
    matter, _ = Matter.objects.get_or_create(
        about=about,
        defaults={
            "customer_key": str(when.customer_id or ""),
            "interaction_id": when.interaction_id,
            "at": when.at,
        },
    )
    return matter
