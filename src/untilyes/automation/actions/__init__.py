"""Verbs of the automation room."""

from untilyes.automation.actions.giving import give_case, share_work

__all__ = ["give_case", "share_work"]
