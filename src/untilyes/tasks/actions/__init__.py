"""Verbs about tasks: choosing, naming, joining them; noting what customers came with."""

from untilyes.tasks.actions.choosing import choose_task, drop_choice, forget_matters, note_matter
from untilyes.tasks.actions.keeping import keep_choices
from untilyes.tasks.actions.naming import ensure_task, join_tasks, place_task, rename_task, retire_task, translate_task
from untilyes.tasks.actions.playbook import note_steps_sent, retire_step, write_step

__all__ = [
    "choose_task",
    "drop_choice",
    "ensure_task",
    "forget_matters",
    "join_tasks",
    "keep_choices",
    "note_matter",
    "note_steps_sent",
    "place_task",
    "rename_task",
    "retire_step",
    "retire_task",
    "translate_task",
    "write_step",
]
