"""Verbs of the campaigns room."""

from untilyes.campaigns.actions.answering import (
    approve_letter,
    draft_letter,
    plan_letters,
    refuse_letters,
    send_next_copy,
    write_letter,
)
from untilyes.campaigns.actions.deciding import decide_repeat
from untilyes.campaigns.actions.drafting import draft_campaign, try_campaign, write_campaign
from untilyes.campaigns.actions.hearing import book_answer
from untilyes.campaigns.actions.sending import start_campaign, stop_campaign, tell_next

__all__ = [
    "approve_letter",
    "book_answer",
    "decide_repeat",
    "draft_campaign",
    "draft_letter",
    "plan_letters",
    "refuse_letters",
    "send_next_copy",
    "start_campaign",
    "stop_campaign",
    "tell_next",
    "try_campaign",
    "write_campaign",
    "write_letter",
]
