"""The playbook: steps that complete a task, written by people, and measured from the moment they are first sent."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from untilyes.feedback.actions import record_event
from untilyes.feedback.facts import Circumstances
from untilyes.tasks.models import Matter, NextStep, StepGiven, Task
from untilyes.tasks.rules import LONGEST_STEP, BadTask, holds_step, read_name
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


@transaction.atomic
def write_step(
    task: Task, name: str, text: str, *, by: Member, at: datetime, is_public: bool = False
) -> NextStep:  # fmt: skip
    """Write down what completes a task. Customers read its name only where it `is_public`. Raises BadTask."""
    require(by, "act_on_findings")
    words = text.strip()
    if not words or len(words) > LONGEST_STEP:
        raise BadTask(f"Write what a reply says about the step, in at most {LONGEST_STEP:,} characters.")
    step = NextStep.objects.create(
        task=task, name=read_name(name), text=words, is_public=is_public, made_at=at, by=by
    )  # fmt: skip
    record_audit("write_step", about=task.ref, at=at, by=by, name=step.name, public=is_public)
    return step


@transaction.atomic
def retire_step(step: NextStep, *, by: Member, at: datetime) -> NextStep:
    """Offer a step no more; what it did stays counted. Raises NotAllowed."""
    require(by, "act_on_findings")
    if step.retired_at is None:
        step.retired_at = at
        step.save(update_fields=["retired_at"])
        record_audit("retire_step", about=step.task.ref, at=at, by=by, name=step.name)
    return step


@transaction.atomic
def note_steps_sent(about: str, text: str, *, when: Circumstances, by: Member, at: datetime) -> int:
    """Note which steps of the matter's playbook a message holds, once each; the lake learns of each. How many."""
    matter = Matter.objects.filter(about=about).exclude(task=None).first()
    if matter is None:
        return 0
    sent = [one for one in NextStep.objects.filter(task=matter.task, retired_at=None) if holds_step(text, one.text)]
    return sum(_give(step, about, when=when, by=by, at=at) for step in sent)


def _give(step: NextStep, about: str, *, when: Circumstances, by: Member, at: datetime) -> bool:
    _, is_new = StepGiven.objects.get_or_create(step=step, about=about, defaults={"at": at, "by": by})
    if is_new:
        record_event(f"step:{step.pk}:{about}", step.activity, when=replace(when, at=at))
    return is_new
