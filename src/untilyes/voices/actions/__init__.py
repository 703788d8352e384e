"""Listening to what customers wrote, what people do to the topics found, and the names they listen for."""

from untilyes.voices.actions.handing_down import hand_down_questions
from untilyes.voices.actions.listening import ask_for_hearing, fail_hearing, hear_everything, keep_hearing
from untilyes.voices.actions.naming import drop_name, list_name
from untilyes.voices.actions.shaping import (
    ask_topic,
    drop_topic,
    hold_topic,
    join_topic,
    merge_topic,
    name_topic,
    pin_topic,
    split_topic,
    unmerge_topic,
)
from untilyes.voices.actions.writing import summarise_topic

__all__ = [
    "ask_for_hearing",
    "ask_topic",
    "drop_name",
    "drop_topic",
    "fail_hearing",
    "hand_down_questions",
    "hear_everything",
    "hold_topic",
    "join_topic",
    "keep_hearing",
    "list_name",
    "merge_topic",
    "name_topic",
    "pin_topic",
    "split_topic",
    "summarise_topic",
    "unmerge_topic",
]
