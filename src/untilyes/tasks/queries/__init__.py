"""Questions about tasks; never writes."""

from untilyes.tasks.queries.figures import (
    AlsoTold,
    Offer,
    StepTold,
    TaskTold,
    find_read_at,
    find_told,
    list_playbook,
    list_told,
    read_offer,
)
from untilyes.tasks.queries.naming import find_by_name, has_task, list_names, list_tasks, map_names
from untilyes.tasks.queries.rows import Behind, read_behind
from untilyes.tasks.queries.similar import Similar, find_matter, list_similar, suggest_tasks

__all__ = [
    "AlsoTold",
    "Behind",
    "Offer",
    "Similar",
    "StepTold",
    "TaskTold",
    "find_by_name",
    "find_matter",
    "find_read_at",
    "find_told",
    "has_task",
    "list_names",
    "list_playbook",
    "list_similar",
    "list_tasks",
    "list_told",
    "map_names",
    "read_behind",
    "read_offer",
    "suggest_tasks",
]
