"""Verbs about tasks: choosing, naming, joining them; noting what customers came with."""

from untilyes.tasks.actions.choosing import choose_task, drop_choice, forget_matters, note_matter
from untilyes.tasks.actions.naming import ensure_task, join_tasks, place_task, rename_task, retire_task, translate_task

__all__ = [
    "choose_task",
    "drop_choice",
    "ensure_task",
    "forget_matters",
    "join_tasks",
    "note_matter",
    "place_task",
    "rename_task",
    "retire_task",
    "translate_task",
]
