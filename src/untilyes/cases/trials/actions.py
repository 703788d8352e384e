"""Having a promise tried."""

from datetime import datetime
from typing import Final

from untilyes.cases.trials.asking import SUBJECT, Asked
from untilyes.customers.events import CustomerErased
from untilyes.insights.actions import ask_for_reckoning, forget_reckonings, reckon_at_once

KEPT: Final = 50
"""So many of the latest trials of a workspace stand; an older one is tried anew when somebody asks again."""


SMALL: Final = 5_000
"""A history of no more matters is tried while somebody waits; a larger one by the worker, who says how far it is."""


def ask_for_trial(asked: Asked, *, matters: int, at: datetime) -> None:
    """Try it, or have the worker try it on a large history, unless what stands tells of the history as it is."""
    if matters <= SMALL:
        reckon_at_once(asked.subject, at=at)
    else:
        ask_for_reckoning(asked.subject, at=at)
    forget_reckonings(SUBJECT, keep=KEPT)


def forget_trials(erased: CustomerErased) -> None:  # noqa: ARG001 - every trial may name one of their matters
    """When a customer is erased, so is every trial that may name what was theirs; asking again tries anew."""
    forget_reckonings(SUBJECT, keep=0)
