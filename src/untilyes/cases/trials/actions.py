"""Having a promise tried."""

from datetime import datetime
from typing import Final

from untilyes.cases.trials.asking import SUBJECT, Asked
from untilyes.customers.events import CustomerErased
from untilyes.insights.actions import ask_for_reckoning, forget_reckonings

KEPT: Final = 50
"""So many of the latest trials of a workspace stand; an older one is tried anew when somebody asks again."""


def ask_for_trial(asked: Asked, *, at: datetime) -> None:
    """Have the worker try it, unless what stands tells of the history as it is."""
    ask_for_reckoning(asked.subject, at=at)
    forget_reckonings(SUBJECT, keep=KEPT)


def forget_trials(erased: CustomerErased) -> None:  # noqa: ARG001 - every trial may name one of their matters
    """When a customer is erased, so is every trial that may name what was theirs; asking again tries anew."""
    forget_reckonings(SUBJECT, keep=0)
