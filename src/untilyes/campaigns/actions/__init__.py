"""Verbs of the campaigns room."""

from untilyes.campaigns.actions.drafting import draft_campaign, try_campaign, write_campaign
from untilyes.campaigns.actions.hearing import book_answer
from untilyes.campaigns.actions.sending import start_campaign, stop_campaign, tell_next

__all__ = [
    "book_answer",
    "draft_campaign",
    "start_campaign",
    "stop_campaign",
    "tell_next",
    "try_campaign",
    "write_campaign",
]
