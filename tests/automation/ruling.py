"""Rules as tests write them, and the worker that follows them."""

from datetime import datetime
from typing import Any

from django_q.models import OrmQ

from tests.cases.stories import AT
from tests.cast import Cast
from untilyes.automation.actions import make_rule, switch_rule
from untilyes.automation.jobs import follow_rules
from untilyes.automation.models import Rule

FOLLOW = "untilyes.automation.jobs.follow_rules"
NOTE = {"does": "note", "text": "Mind this one."}


def rule(
    cast: Cast, when: str, *acts: dict[str, Any], number: int = 0, name: str = "Mind", at: datetime = AT, **more: Any
) -> Rule:
    """A rule of Acme that is on since `at`."""
    told = {"when": when, "number": number, "acts": list(acts or (NOTE,)), "conditions": more.get("conditions", [])}
    return switch_rule(make_rule(name, told, by=cast.ada, at=at), is_on=True, by=cast.ada, at=at)


def follow(*, at: datetime) -> int:
    """Let the worker follow every rule that waits; leave the other errands where they are."""
    done = 0
    for errand in OrmQ.objects.order_by("pk"):
        if errand.task["func"] == FOLLOW:
            workspace_id, entry_id = errand.task["args"]
            done += follow_rules(workspace_id, entry_id, at=at)
            errand.delete()
    return done


def count_waiting() -> int:
    """How many errands about rules wait."""
    return sum(errand.task["func"] == FOLLOW for errand in OrmQ.objects.all())
