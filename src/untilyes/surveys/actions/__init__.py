"""Verbs of the surveys room."""

from untilyes.surveys.actions.answering import record_response
from untilyes.surveys.actions.drafting import (
    close_survey,
    draft_survey,
    edit_survey,
    ensure_confirmation,
    launch_survey,
)
from untilyes.surveys.actions.handing_in import CommentNotAsked, hand_in_confirmation
from untilyes.surveys.actions.inviting import (
    ask_about_interaction,
    invite,
    mark_undelivered,
    opt_out,
    remind,
    withdraw_questions,
)

__all__ = [
    "CommentNotAsked",
    "ask_about_interaction",
    "close_survey",
    "draft_survey",
    "edit_survey",
    "ensure_confirmation",
    "hand_in_confirmation",
    "invite",
    "launch_survey",
    "mark_undelivered",
    "opt_out",
    "record_response",
    "remind",
    "withdraw_questions",
]
