"""What may become of a finding, and when to look again. Pure: no Django."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a finding stands. `verified` is the measure's word, never ours: it was acted on and is no longer found."""

    NEW = "new"
    READ = "read"
    ACTING = "acting"
    FIXED = "fixed"
    VERIFIED = "verified"
    DISMISSED = "dismissed"
    GONE = "gone"

    @property
    def is_settled(self) -> bool:
        """Whether nobody needs to look at it any more."""
        return self in {State.VERIFIED, State.DISMISSED, State.GONE}


class NotPossible(ValueError):
    """The step does not fit the finding as it stands; the message says what would."""


LONGEST_WORDS = 300


@dataclass(frozen=True)
class Plan:
    """What will be done about a finding, and what customers and we gain by it."""

    plan: str
    for_customers: str
    for_us: str

    def check(self, *, begun_on: date, look_on: date) -> None:
        """Raise NotPossible unless somebody could act on it and the measure be asked about it."""
        if not self.plan or len(self.plan) > LONGEST_WORDS:
            raise NotPossible(f"Say what will be done, in at most {LONGEST_WORDS} characters.")
        if not self.for_customers or not self.for_us:
            raise NotPossible("Say what customers gain by it and what we gain: without both it will not last.")
        if max(len(self.for_customers), len(self.for_us)) > LONGEST_WORDS:
            raise NotPossible(f"Say each gain in at most {LONGEST_WORDS} characters.")
        if look_on <= begun_on:
            raise NotPossible("Choose a day to look that is still to come.")


GROWN = 1.5
"""A dismissed finding comes back when it has become this many times as large as it was then, and not by chance."""
SURE = 1.96
"""Standard errors by which a count has to have risen."""


@dataclass(frozen=True)
class Size:
    """How large a finding is. `effect_low` is the end of the effect's interval nearest to nothing, 0 where unknown."""

    worth: float
    customers: int
    effect: float
    effect_low: float = 0.0

    def has_outgrown(self, then: "Size") -> bool:
        """Whether it is half as large again, and either its effect or its customers rose beyond chance.

        The effect when its interval leaves out what it was then; a count when its square root rose by 1.96 standard
        errors of the difference of two (each ½).
        """
        if self.worth <= GROWN * then.worth:
            return False
        more_customers = self.customers**0.5 - then.customers**0.5 > SURE * 0.5**0.5
        return more_customers or self.effect_low > then.effect


LOOK_AT_HOUR = 4
"""Findings are looked for once a day, after this hour of the workspace's night."""


def on_found(state: State, *, now: Size, then: Size) -> State:
    """The state of a finding that a run has found (again); `then` is how large it was when it was dismissed."""
    if state is State.DISMISSED:
        return State.NEW if now.has_outgrown(then) else State.DISMISSED
    return State.NEW if state in {State.VERIFIED, State.GONE} else state


def on_missed(state: State) -> State:
    """The state of a finding that a run no longer finds."""
    if state in {State.ACTING, State.FIXED}:
        return State.VERIFIED
    return state if state.is_settled else State.GONE


def follow(state: State, wanted: State) -> State:
    """The state after a person's step. Raises NotPossible."""
    allowed = {
        State.READ: {State.NEW, State.READ},
        State.ACTING: {State.NEW, State.READ, State.ACTING, State.FIXED},
        State.FIXED: {State.ACTING, State.FIXED},
        State.DISMISSED: {State.NEW, State.READ, State.ACTING, State.FIXED, State.DISMISSED},
        State.NEW: {State.DISMISSED},
    }
    if wanted not in allowed:
        raise NotPossible("Only a look at the facts says that; a person cannot.")
    if state not in allowed[wanted]:
        raise NotPossible(f"This finding is {state.value}; it cannot become {wanted.value}.")
    return wanted


def is_due(*, last_at: datetime | None, local_now: datetime) -> bool:
    """Whether the daily look has not happened since the last time it was `LOOK_AT_HOUR`."""
    boundary = local_now.replace(hour=LOOK_AT_HOUR, minute=0, second=0, microsecond=0)
    if local_now < boundary:
        boundary -= timedelta(days=1)
    return last_at is None or last_at < boundary


RENEW_AFTER = timedelta(minutes=10)
"""What was worked out is worked out anew at most so often, however much is heard meanwhile."""
GIVEN_UP_AFTER = timedelta(hours=1)
"""Whoever was at it for so long is not at it any more."""


def is_worth_asking(*, stamp: str, now_stamp: str, asked_at: datetime, under_way: bool, at: datetime) -> bool:
    """Whether to work something out anew: it tells of an older lake, and was not asked for a moment ago."""
    if under_way:
        return at - asked_at > GIVEN_UP_AFTER
    return stamp != now_stamp and at - asked_at > RENEW_AFTER
