"""When we may ask, remind, and let an answer be changed. Pure: no Django."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class SurveyKind(StrEnum):
    """The two questions after an interaction, or anything else."""

    CONFIRMATION = "confirmation"
    GENERAL = "general"


class SurveyState(StrEnum):
    """Whether the survey may be answered."""

    DRAFT = "draft"
    LIVE = "live"
    CLOSED = "closed"


class InvitationState(StrEnum):
    """What became of a question; silence is its own state and never a yes."""

    ASKED = "asked"
    ANSWERED = "answered"
    NOT_ASKED = "not_asked"
    NOT_DELIVERED = "not_delivered"
    EXPIRED = "expired"
    REPLACED = "replaced"  # asked again about the same thing before this one was answered


class NotAsked(StrEnum):
    """Why somebody was not asked."""

    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    ASKED_RECENTLY = "asked_recently"
    TOO_LONG_AGO = "too_long_ago"
    ANONYMOUS = "anonymous"


# An answer may be corrected for this long; afterwards the conversation is the place.
CHANGE_FOR = timedelta(days=7)
# Asking about what was weeks ago measures memory. History that is imported late is therefore never asked about.
ASK_WITHIN = timedelta(days=7)
REMIND_AFTER = timedelta(days=3)
WAKING_HOURS = range(9, 20)
SATURDAY = 5


@dataclass(frozen=True)
class Asking:
    """What decides whether somebody may be asked."""

    at: datetime
    ended_at: datetime
    is_known: bool
    opted_out: bool
    email: str
    via: str
    about: str
    asked_before_at: datetime | None
    rest: timedelta


def find_reason_not_to_ask(asking: Asking) -> NotAsked | None:
    """The reason to leave the customer in peace, or None.

    A question `about` something we owe an answer to (a case) is part of a conversation the customer began: neither the
    opt-out from surveys nor the rest between them silences it.
    """
    if asking.via == "email" and not asking.email:
        return NotAsked.NO_ADDRESS if asking.is_known else NotAsked.ANONYMOUS
    if asking.about:
        return None
    if asking.opted_out:
        return NotAsked.OPTED_OUT
    if asking.at - asking.ended_at > ASK_WITHIN:
        return NotAsked.TOO_LONG_AGO
    if asking.asked_before_at is not None and asking.at - asking.asked_before_at < asking.rest:
        return NotAsked.ASKED_RECENTLY
    return None


def may_remind(
    *, sent_at: datetime, reminded_at: datetime | None, expires_at: datetime, at: datetime, zone: str
) -> bool:
    """Whether to remind now: once, after three days, by day, on a working day, while it can still be answered."""
    if reminded_at is not None or at < sent_at + REMIND_AFTER or at >= expires_at:
        return False
    there = at.astimezone(ZoneInfo(zone))
    return there.weekday() < SATURDAY and there.hour in WAKING_HOURS


def may_change(*, answered_at: datetime, at: datetime) -> bool:
    """Whether an answer may still be changed."""
    return at < answered_at + CHANGE_FOR


class InvitationOver(RuntimeError):
    """The question is no longer asked; `why` is what became of it: expired, replaced or not_asked."""

    def __init__(self, why: InvitationState) -> None:
        super().__init__(f"This question is {why.value.replace('_', ' ')}.")
        self.why = why


class AnswerSettled(RuntimeError):
    """The answer was given too long ago to be changed."""


def refuse_when_over(state: InvitationState, *, expires_at: datetime, at: datetime) -> None:
    """Raise InvitationOver unless the question can be answered. One already answered can be, for a while, again."""
    if state in {InvitationState.REPLACED, InvitationState.NOT_ASKED}:
        raise InvitationOver(state)
    if at >= expires_at and state is not InvitationState.ANSWERED:
        raise InvitationOver(InvitationState.EXPIRED)
