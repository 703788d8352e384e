"""Verbs of the automation room."""

from untilyes.automation.actions.following import follow_rule, repeat_run
from untilyes.automation.actions.giving import give_case, share_work
from untilyes.automation.actions.making import (
    change_rule,
    make_rule,
    move_rule,
    offer_rule,
    retire_rule,
    switch_rule,
)

__all__ = [
    "change_rule",
    "follow_rule",
    "give_case",
    "make_rule",
    "move_rule",
    "offer_rule",
    "repeat_run",
    "retire_rule",
    "share_work",
    "switch_rule",
]
