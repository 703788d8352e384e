"""What we owe the customer, read from a case's history and nothing else: answers, and a first solution. No Django."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from untilyes.cases.rules import Step
from untilyes.promises.rules import Measures, Span

Line = tuple[datetime, Step]
EVER = datetime.min.replace(tzinfo=UTC)
_THEIRS = {Step.OPENED, Step.CUSTOMER_WROTE, Step.JOINED, Step.SAID_NO}
_OURS = {Step.WROTE, Step.PROPOSED}
_OVER = {Step.SAID_YES, Step.ENDED}


def list_owed(history: Iterable[Line]) -> Mapping[Measures, list[Span]]:
    """For each kind of promise about answers, the spans it runs for, the oldest first.

    - First response: from the opening to our first words to the customer. Nothing pauses it, nobody resets it.
    - Next response: after that, from the customer's oldest unanswered word to our next. Words after a yes owe none.
    - First resolution: from the opening to our first proposal, which stays the first whatever the customer says.

    A case that is over owes no answer any more; when it is open again, what stood open is owed since it always was.
    """
    first, solution = Span(EVER), Span(EVER)
    turns: list[Span] = []
    over: Step | None = None
    for at, step in history:
        if step is Step.OPENED:
            first, solution = Span(at), Span(at)
        elif step in _OURS:
            first = _keep(first, at)
            solution = _keep(solution, at) if step is Step.PROPOSED else solution
            turns[-1:] = [_keep(one, at) for one in turns[-1:]]
        elif step in _OVER:
            over = step
            first, solution = _void(first, at), _void(solution, at)
            turns[-1:] = [_void(one, at) for one in turns[-1:]]
        elif step in _THEIRS and not (over is Step.SAID_YES and step is Step.CUSTOMER_WROTE):
            if over:
                over = None
                first, solution = _revive(first), _revive(solution)
                turns[-1:] = [_revive(one) for one in turns[-1:]]
            if first.kept_at and (not turns or turns[-1].kept_at):
                turns.append(Span(at))
    return {
        Measures.FIRST_RESPONSE: [first],
        Measures.NEXT_RESPONSE: turns,
        Measures.FIRST_RESOLUTION: [solution],
    }


def _keep(span: Span, at: datetime) -> Span:
    return span if span.kept_at or span.void_at else replace(span, kept_at=at)


def _void(span: Span, at: datetime) -> Span:
    return span if span.kept_at or span.void_at else replace(span, void_at=at)


def _revive(span: Span) -> Span:
    return replace(span, void_at=None)
