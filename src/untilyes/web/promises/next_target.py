"""The next target of a promise on its page: what waits for a decision, what was decided, and every target so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.charts.promises import Step, draw_targets
from untilyes.promises.models import Promise, PromiseTerms
from untilyes.promises.ratchet.models import TargetProposal
from untilyes.promises.ratchet.queries import find_waiting_proposal, get_rhythm, is_proposal_due, list_proposals
from untilyes.promises.ratchet.rules import Rhythm, tell_time
from untilyes.web.components.chart import Chart

RHYTHMS = {Rhythm.MONTHLY: "every month", Rhythm.QUARTERLY: "every quarter"}
TOLD = {"accepted": "accepted", "declined": "declined", "own": "another was chosen"}


@dataclass(frozen=True)
class ProposalLine:
    """One proposal in the table of all there were."""

    proposal: TargetProposal
    told: str


@dataclass(frozen=True)
class NextTarget:
    """The ratchet of one promise. `waiting` is the proposal a person has yet to answer."""

    waiting: TargetProposal | None
    latest: TargetProposal | None
    proposals: tuple[ProposalLine, ...]
    rhythm: str
    rhythms: Sequence[tuple[str, str]]
    is_due: bool
    steps: Chart | None

    @property
    def told_rhythm(self) -> str:
        return RHYTHMS[Rhythm(self.rhythm)]


def build_next_target(promise: Promise, terms: Sequence[PromiseTerms], *, at: datetime) -> NextTarget:
    """Everything about the next target; `terms` are the promise's, the newest first."""
    proposals = list_proposals(promise)
    waiting = find_waiting_proposal(promise)
    return NextTarget(
        waiting=waiting,
        latest=proposals[0] if proposals else None,
        proposals=tuple(ProposalLine(one, _tell(one, waiting)) for one in proposals),
        rhythm=get_rhythm(promise).value,
        rhythms=[(one.value, label) for one, label in RHYTHMS.items()],
        is_due=is_proposal_due(promise, at=at),
        steps=_draw_steps(terms, at=at) if len(terms) > 1 else None,
    )


def _tell(proposal: TargetProposal, waiting: TargetProposal | None) -> str:
    if proposal.answer:
        return TOLD[proposal.answer]
    if not proposal.is_tighter:
        return "held"
    return "waits for an answer" if proposal == waiting else "left behind: the promise was changed"


def _draw_steps(terms: Sequence[PromiseTerms], *, at: datetime) -> Chart:
    steps = [Step(one.in_force_from, one.limit, one.target) for one in reversed(terms)]
    first, last = steps[0], steps[-1]
    until = max(at, last.since + timedelta(days=1))
    title = f"The target was {tell_time(first.target)} at first and is {tell_time(last.target)} now"
    note = f"{len(steps)} terms; the table below says who changed them, and why."
    return Chart("targets", title, lambda width: draw_targets(steps, until=until, width=width), note)
