"""What is unhappy, which step may follow which, and when giving up is allowed. Pure: no Django."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol


class State(StrEnum):
    """Where a case stands. `closed` means the customer's yes; `ended` means a recorded reason without one."""

    OPEN = "open"
    WORKING = "working"
    PROPOSED = "proposed"
    CLOSED = "closed"
    ENDED = "ended"

    @property
    def is_over(self) -> bool:
        return self in {State.CLOSED, State.ENDED}


class EndedHow(StrEnum):
    """How a case was over. Only `yes` is a success, and only the customer can say it."""

    YES = "yes"
    UNREACHABLE = "unreachable"
    WITHDREW = "withdrew"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"


class Priority(IntEnum):
    """How loudly a case calls; a missed target raises it."""

    NORMAL = 0
    HIGH = 1
    URGENT = 2


class CauseRule(StrEnum):
    """What must be known about the cause before a solution is proposed: the cause, or why it is not known yet."""

    NAMED = "named"
    REASON = "reason"


class LinkKind(StrEnum):
    """How two cases belong together. The first is read as "this case … the other"."""

    RELATED = "related"
    SAME_CAUSE = "same_cause"
    FOLLOWS = "follows"
    SPLIT_FROM = "split_from"


class Step(StrEnum):
    """What happened in a case, past tense. The history is made of these; clocks are rebuilt from it."""

    OPENED = "opened"
    JOINED = "joined"
    TAKEN = "taken"
    ASSIGNED = "assigned"
    WROTE = "wrote"
    CUSTOMER_WROTE = "customer_wrote"
    ADDRESS_LEFT = "address_left"
    NOTED = "noted"
    ATTEMPTED = "attempted"
    WAITING = "waiting_for_customer"
    WAIT_OVER = "went_on"
    DATE_NAMED = "date_named"
    TOLD_LATE = "told_late"
    CAUSE_NAMED = "cause_named"
    PROPOSED = "proposed"
    PROPOSAL_TAKEN_BACK = "proposal_taken_back"
    SAID_YES = "said_yes"
    SAID_NO = "said_no"
    REVISED = "revised"
    AUTO_REPLIED = "auto_replied"
    NOT_DELIVERED = "not_delivered"
    TARGET_MISSED = "target_missed"
    PROMISE_MISSED = "promise_missed"
    PRIORITISED = "prioritised"
    SNOOZED = "snoozed"
    WOKEN = "woken"
    SUGGESTED = "campaign_suggested"
    MERGED = "merged"
    UNMERGED = "unmerged"
    PARTED = "parted"
    SPLIT = "split"
    LINKED = "linked"
    UNLINKED = "unlinked"
    ENDED = "ended"


class Outcome(StrEnum):
    """What became of an unhappy response."""

    OPENED = "opened"
    JOINED = "joined"
    SUPPRESSED = "suppressed"


class Suppression(StrEnum):
    """Why an unhappy response neither opened nor joined a case."""

    TEST = "test"
    OPTED_OUT = "opted_out"
    DUPLICATE = "duplicate"


class NotPossible(ValueError):
    """The step does not fit the case as it stands; the message says what would."""


class SomethingNew(NotPossible):
    """Somebody wrote while one was writing; it wants to be read before one answers."""


class Answered(Protocol):
    """One answer, as much of it as the rule reads."""

    @property
    def value(self) -> float | None: ...


@dataclass(frozen=True)
class UnhappyRule:
    """Which answers call for a case. A no to either of the two questions always does."""

    trust: tuple[str, ...] = ("sometimes", "no")
    nps_at_most: int = 6
    csat_at_most: int = 2

    def find_reasons(self, answers: Mapping[str, Answered]) -> tuple[str, ...]:
        """The questions whose answer is unhappy, in a fixed order; empty when none is."""
        judged = (
            ("got_it", lambda answer: _at_most(answer, 0)),
            ("good_job", lambda answer: _at_most(answer, 0)),
            ("trust", self._is_distrust),
            ("nps", lambda answer: _at_most(answer, self.nps_at_most)),
            ("csat", lambda answer: _at_most(answer, self.csat_at_most)),
        )
        return tuple(question for question, judge in judged if question in answers and judge(answers[question]))

    def _is_distrust(self, answer: Answered) -> bool:
        return answer.value is not None and answer.value in self.trust_values

    @property
    def trust_values(self) -> frozenset[float]:
        """The unhappy trust answers as they are stored: no 0, sometimes 1, yes 2."""
        return frozenset(TRUST_VALUES[word] for word in self.trust)


TRUST_VALUES: Mapping[str, float] = {"no": 0, "sometimes": 1, "yes": 2}


def _at_most(answer: Answered, limit: float) -> bool:
    return answer.value is not None and answer.value <= limit


def is_yes(answers: Mapping[str, Answered]) -> bool:
    """Both questions answered, both with yes. One yes and a silence is no yes."""
    return all(question in answers and answers[question].value == 1 for question in ("got_it", "good_job"))


# Which states each step is possible in, and where it leads; None leaves the state as it is.
_STEPS: Mapping[Step, tuple[frozenset[State], State | None]] = {
    Step.TAKEN: (frozenset({State.OPEN, State.WORKING, State.PROPOSED}), None),
    Step.ASSIGNED: (frozenset({State.OPEN, State.WORKING, State.PROPOSED}), None),
    Step.WROTE: (frozenset(State), None),
    Step.WAITING: (frozenset({State.OPEN, State.WORKING}), None),
    Step.WAIT_OVER: (frozenset({State.OPEN, State.WORKING, State.PROPOSED}), None),
    Step.DATE_NAMED: (frozenset({State.OPEN, State.WORKING, State.PROPOSED}), None),
    Step.SNOOZED: (frozenset({State.OPEN, State.WORKING, State.PROPOSED}), None),
    Step.PROPOSED: (frozenset({State.OPEN, State.WORKING}), State.PROPOSED),
    Step.PROPOSAL_TAKEN_BACK: (frozenset({State.PROPOSED}), State.WORKING),
    Step.ENDED: (frozenset({State.OPEN, State.WORKING, State.PROPOSED}), State.ENDED),
    Step.SAID_YES: (frozenset(State), State.CLOSED),
}
_REFUSALS: Mapping[tuple[Step, State], str] = {
    (Step.PROPOSED, State.PROPOSED): "The customer has been asked already; wait for the answer, or take it back first.",
    (Step.PROPOSED, State.CLOSED): "The customer has said yes; there is nothing left to propose.",
    (Step.PROPOSED, State.ENDED): "This case has ended; it goes on only when the customer says no again.",
    (Step.WAITING, State.PROPOSED): "The customer has been asked whether it is solved; no clock stops for that.",
    (Step.PROPOSAL_TAKEN_BACK, State.CLOSED): "The customer has said yes to it already.",
}


def follow(state: State, step: Step, *, is_assigned: bool) -> State:
    """The state after a step. Raises NotPossible, with the reason, when the step does not fit the state."""
    if step in {Step.SAID_NO, Step.JOINED}:
        return _after_no(state, is_assigned=is_assigned)
    if step is Step.CUSTOMER_WROTE:
        # Words after a proposal want an answer, and a customer we had given up on is heard again. Words after a yes
        # may be thanks; the queue shows them, the case stays closed.
        return state if state is State.CLOSED else _after_no(state, is_assigned=is_assigned)
    allowed, leads_to = _STEPS.get(step, (frozenset(State), None))
    if state not in allowed:
        sentence = f"A case that is {state.value} cannot be {step.value.replace('_', ' ')}."
        raise NotPossible(_REFUSALS.get((step, state), sentence))
    if leads_to is None and state is State.OPEN and step in {Step.TAKEN, Step.ASSIGNED, Step.WROTE} and is_assigned:
        return State.WORKING
    return leads_to or state


def _after_no(state: State, *, is_assigned: bool) -> State:
    if state in {State.OPEN, State.WORKING}:
        return state
    return State.WORKING if is_assigned else State.OPEN


def list_possible(state: State) -> tuple[Step, ...]:
    """What staff may do next. Closing is not among them in any state."""
    offered = (
        Step.TAKEN,
        Step.ASSIGNED,
        Step.WROTE,
        Step.WAITING,
        Step.WAIT_OVER,
        Step.DATE_NAMED,
        Step.SNOOZED,
        Step.PROPOSED,
        Step.PROPOSAL_TAKEN_BACK,
        Step.ENDED,
    )
    return tuple(step for step in offered if state in _STEPS[step][0])


# What one message may hold; a page or a mail that says more is asked to say it in parts.
LONGEST_MESSAGE = 5_000
DUPLICATE_WINDOW = timedelta(hours=1)
DOUBLE_CLICK = timedelta(minutes=1)
REOPEN_DAYS = 30
LONGEST_SNOOZE = timedelta(days=90)
ATTEMPTS = 3
ATTEMPT_DAYS = 5


def find_leniency(
    attempts: Sequence[datetime], *, last_heard_at: datetime, wanted: int = ATTEMPTS, days: int = ATTEMPT_DAYS
) -> str:
    """Why giving a customer up as unreachable is not yet allowed; empty when it is.

    Attempts count after the customer was last heard of, one a day (in the zone the times are given in), and the first
    and the last must lie `days` apart.
    """
    since = sorted(at for at in attempts if at > last_heard_at)
    on_days = {at.date() for at in since}
    if len(on_days) < wanted:
        return f"{len(on_days)} of {wanted} attempts on different days since the customer was last heard of."
    if since[-1] - since[0] < timedelta(days=days):
        return f"The attempts lie less than {days} days apart; keep trying."
    return ""


def find_missing_cause(rule: CauseRule, *, root_cause: str, why_not: str) -> str:
    """Why a solution cannot be proposed for want of a cause; empty when it can."""
    if root_cause:
        return ""
    if rule is CauseRule.NAMED:
        return "Name the root cause first: what is not named goes on happening to others."
    return "" if why_not.strip() else "Name the root cause first, or say why it is not known yet."


def is_long_over(ended_at: datetime | None, *, at: datetime, days: int) -> bool:
    """Whether an ordinary message about a case that was over then is about something new; a no never is."""
    return ended_at is not None and at - ended_at > timedelta(days=days)


def is_same_again(earlier: Iterable[tuple[datetime, object]], *, said: object, at: datetime) -> bool:
    """Whether the same words came a moment ago: somebody clicked twice."""
    return any(said == before and abs(at - when) <= DOUBLE_CLICK for when, before in earlier)
