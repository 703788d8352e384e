"""What was said and done in one case, each kind of it read at most once for a page.

A page asks these of one case again and again. After `read_ahead` the answers are at hand; without it each asks the
database, which is right for a verb that has just changed something.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from django.db.models import Prefetch, prefetch_related_objects

from untilyes.cases.models import Case, CaseAttachment, CaseEntry, CaseMessage
from untilyes.cases.rules import Step

FIRST = 5
"""So many of a customer's first messages say what the case is about."""
_ANSWERS = {Step.SAID_NO.value, Step.SAID_YES.value, Step.JOINED.value}


class Timed(Protocol):
    """Something that happened at an instant; of one instant, what was stored first happened first."""

    pk: int
    at: datetime


def by_time(one: Timed) -> tuple[datetime, int]:
    """The order in which things happened."""
    return one.at, one.pk


def read_ahead(case: Case) -> None:
    """Read everything said and done in a case, and whom its customer absorbed, for the questions that follow."""
    prefetch_related_objects([case], "messages", "history", "notes", "attempts__by__user", "signals")
    if case.person is not None:
        prefetch_related_objects([case.person], "absorbed")


def list_messages(case: Case) -> Sequence[CaseMessage]:
    """What both sides said, the oldest first, with the names of what came along but not its content."""
    messages = sorted(case.messages.all(), key=by_time)
    prefetch_related_objects(messages, Prefetch("attachments", CaseAttachment.objects.only("message", "name", "size")))
    return messages


def list_steps(case: Case) -> Sequence[CaseEntry]:
    """Every step of the case, the oldest first."""
    return sorted(case.history.all(), key=by_time)


def find_last_step(case: Case, step: Step) -> CaseEntry | None:
    """The newest of the steps of one kind, or None."""
    return next((one for one in reversed(list_steps(case)) if one.step == step.value), None)


def list_said(case: Case, side: CaseMessage.Direction) -> Sequence[CaseMessage]:
    """What one side said, the oldest first."""
    return sorted((one for one in case.messages.all() if one.direction == side), key=by_time)


def list_first_words(case: Case) -> str:
    """What the customer wrote first, at most `FIRST` messages of it."""
    return "\n".join(one.text for one in list_said(case, CaseMessage.Direction.CUSTOMER)[:FIRST])


def last_heard_at(case: Case) -> datetime:
    """When the customer last said anything in this case."""
    theirs = (one.at for one in list_said(case, CaseMessage.Direction.CUSTOMER))
    answers = (one.at for one in case.history.all() if one.step in _ANSWERS)
    return max([case.opened_at, *theirs, *answers])
