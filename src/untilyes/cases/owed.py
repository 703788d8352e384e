"""What we owe the customer, read from a case's history and nothing else: answers, a solution, and when they owe us.

No Django.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from untilyes.cases.rules import Step
from untilyes.promises.pausing import Pause
from untilyes.promises.rules import Measures, Span

Line = tuple[datetime, Step]
Move = tuple[datetime, Step, str | None]
EVER = datetime.min.replace(tzinfo=UTC)
THEIRS = {Step.OPENED, Step.CUSTOMER_WROTE, Step.JOINED, Step.SAID_NO}
OURS = {Step.WROTE, Step.PROPOSED}
OVER = {Step.SAID_YES, Step.ENDED}
_GOES_ON = THEIRS | {Step.UNMERGED}
_BRINGS_BACK = _GOES_ON | {Step.PROPOSAL_TAKEN_BACK}
# Whatever tells that the customer was heard, that we went on without them, or that our question never arrived.
ENDS_WAIT = (THEIRS - {Step.OPENED}) | OVER | {Step.PROPOSED, Step.WAIT_OVER, Step.REVISED, Step.NOT_DELIVERED}


def list_owed(history: Iterable[Line]) -> Mapping[Measures, list[Span]]:
    """For each kind of promise about answers, the spans it runs for, the oldest first.

    - First response: from the opening to our first words to the customer. Nothing pauses it, nobody resets it.
    - Next response: after that, from the customer's oldest unanswered word to our next. Words after a yes owe none.
    - Update: from the opening, and from each word of ours, to our next; the customer's silence does not excuse ours.
    - First resolution: from the opening to our first proposal, which stays the first whatever the customer says.

    A case that is over owes no answer any more; when it is open again, what stood open is owed since it always was,
    but for updates: nobody was to hear from us while it was over.
    """
    first, solution = Span(EVER), Span(EVER)
    turns: list[Span] = []
    updates: list[Span] = []
    over: Step | None = None
    for at, step in history:
        if step is Step.OPENED:
            first, solution, updates = Span(at), Span(at), [Span(at)]
        elif step in OURS:
            first = _keep(first, at)
            solution = _keep(solution, at) if step is Step.PROPOSED else solution
            turns[-1:] = [_keep(one, at) for one in turns[-1:]]
            updates = _update(updates, at)
        elif step in OVER:
            over = step
            first, solution = _void(first, at), _void(solution, at)
            turns[-1:] = [_void(one, at) for one in turns[-1:]]
            updates[-1:] = [_void(one, at) for one in updates[-1:]]
        elif step in _GOES_ON and not (over is Step.SAID_YES and step is Step.CUSTOMER_WROTE):
            if over:
                over = None
                first, solution = _revive(first), _revive(solution)
                turns[-1:] = [_revive(one) for one in turns[-1:]]
                updates = _begin_again(updates, at)
            if step in THEIRS and first.kept_at and (not turns or turns[-1].kept_at):
                turns.append(Span(at))
    return {
        Measures.FIRST_RESPONSE: [first],
        Measures.NEXT_RESPONSE: turns,
        Measures.UPDATE: updates,
        Measures.FIRST_RESOLUTION: [solution],
    }


def list_stays(history: Iterable[Move], *, team: str) -> list[Span]:
    """How long each team had the case, the oldest first: until it gave it away, or said it is solved.

    A line carries the team the case was with from then on, where it says so; `team` is who has it where no line does.
    A case comes back to the team that has it with the customer's words, or their no after a yes. One ended without a
    yes was nobody's success.
    """
    stays: list[Span] = []
    holder, is_closed = team, False
    for at, step, given_to in history:
        before, holder = holder, holder if given_to is None else given_to
        if step in {Step.PROPOSED, Step.SAID_YES}:
            stays[-1:] = [_keep(one, at) for one in stays[-1:]]
            is_closed = step is Step.SAID_YES
        elif step is Step.ENDED:
            stays[-1:] = [_void(one, at) for one in stays[-1:]]
        elif step is Step.ASSIGNED and holder != before and (not stays or _is_running(stays[-1])):
            stays[-1:] = [_keep(one, at) for one in stays[-1:]]
            stays = _begin_stay(stays, at, holder)
        elif step in _BRINGS_BACK and not (is_closed and step is Step.CUSTOMER_WROTE):
            is_closed = False
            stays = _begin_stay(stays, at, holder)
    return stays


def list_pauses(history: Iterable[Line], *, heard: Sequence[datetime] = ()) -> list[Pause]:
    """When we waited for the customer, the oldest first: only where somebody said so, and until they were heard.

    `heard` are the times of their messages, by whatever way they came: each ends the wait at its own time, also where
    no line of the history tells of it. Nobody waits for a customer whose word stands unanswered, whatever was said;
    and saying again that we wait begins nothing anew.
    """
    lines = sorted([*((at, Step.CUSTOMER_WROTE) for at in heard), *history], key=lambda line: line[0])
    pauses: list[Pause] = []
    since: datetime | None = None
    is_our_turn = False
    for at, step in lines:
        if step is Step.WAITING and since is None and not is_our_turn:
            since = at
        elif step in ENDS_WAIT and since is not None:
            pauses += [Pause(since, at)] if at > since else []
            since = None
        is_our_turn = step in THEIRS or (is_our_turn and step not in OURS)
    return pauses if since is None else [*pauses, Pause(since)]


def _keep(span: Span, at: datetime) -> Span:
    return span if span.kept_at or span.void_at else replace(span, kept_at=at)


def _void(span: Span, at: datetime) -> Span:
    return span if span.kept_at or span.void_at else replace(span, void_at=at)


def _revive(span: Span) -> Span:
    return replace(span, void_at=None)


def _update(spans: list[Span], at: datetime) -> list[Span]:
    """Our words keep the update that runs and begin the next; written after a case was over, they begin none."""
    if not spans or spans[-1].void_at:
        return spans
    return [*spans[:-1], _keep(spans[-1], at), Span(at)]


def _begin_again(spans: list[Span], at: datetime) -> list[Span]:
    """The silence after a yes was none: what was void stays so, and a new span begins when the case is open again."""
    return [*spans, Span(at)] if spans and spans[-1].void_at else spans


def _begin_stay(stays: list[Span], at: datetime, team: str) -> list[Span]:
    """A stay of a team that has a name; one that runs already goes on."""
    return stays if not team or (stays and _is_running(stays[-1])) else [*stays, Span(at, team=team)]


def _is_running(span: Span) -> bool:
    return span.kept_at is None and span.void_at is None
