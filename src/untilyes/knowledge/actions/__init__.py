"""Verbs of the knowledge room."""

from untilyes.knowledge.actions.asking import CustomerQuestion, take_in_questions
from untilyes.knowledge.actions.filing import add_picture, add_video
from untilyes.knowledge.actions.forgetting import forget_searches, forget_words
from untilyes.knowledge.actions.governing import (
    archive_article,
    finish_article,
    flag_article,
    govern_article,
    revive_article,
    settle_flags,
    validate_article,
    withdraw_article,
)
from untilyes.knowledge.actions.learning import hear_reader, hear_verdict, record_lesson, take_back_lesson
from untilyes.knowledge.actions.looking import choose_result, dismiss_gap, record_search
from untilyes.knowledge.actions.writing import Text, begin_article, edit_article, restore_version, seed_text

__all__ = [
    "CustomerQuestion",
    "Text",
    "add_picture",
    "add_video",
    "archive_article",
    "begin_article",
    "choose_result",
    "dismiss_gap",
    "edit_article",
    "finish_article",
    "flag_article",
    "forget_searches",
    "forget_words",
    "govern_article",
    "hear_reader",
    "hear_verdict",
    "record_lesson",
    "record_search",
    "restore_version",
    "revive_article",
    "seed_text",
    "settle_flags",
    "take_back_lesson",
    "take_in_questions",
    "validate_article",
    "withdraw_article",
]
