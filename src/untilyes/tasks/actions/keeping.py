"""What a person chose stays chosen: a source that tells an interaction again does not know what was said since."""

from typing import TYPE_CHECKING, Any

from untilyes.feedback.queries import list_interactions
from untilyes.tasks.models import Matter, Task
from untilyes.tasks.queries import map_names
from untilyes.tasks.rules import Told
from untilyes.tasks.words import name_key

if TYPE_CHECKING:
    from untilyes.lake import Lake


def keep_choices(lake: "Lake") -> int:
    """Tell the lake once more which task people chose wherever it says another; of how many interactions.

    What is still on its way to the lake is left alone: it is looked at when it has arrived.
    """
    chosen = _list_chosen()
    names = map_names() if chosen else {}
    rows = [
        known | {"task": str(chosen[known["id"]])}
        for known in list_interactions(list(chosen))
        if names.get(name_key(known["task"] or "")) != chosen[known["id"]].pk
    ]
    if rows:
        lake.record("interactions", rows)
    return len(rows)


def _list_chosen() -> dict[str, Task]:
    """interaction → the task a person chose for it last."""
    matters = Matter.objects.filter(told=Told.PERSON.value).exclude(interaction_id="").exclude(task=None)
    told: Any = matters.select_related("task").order_by("told_at", "pk")
    return {one.interaction_id: one.task for one in told}
