"""Verbs of the ratchet: propose the next target, and let a person accept it, decline it, or write their own."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from untilyes.promises.actions import ReasonNeeded, change_promise
from untilyes.promises.models import Promise, PromiseTerms
from untilyes.promises.queries import get_terms
from untilyes.promises.ratchet.models import Pace, TargetProposal
from untilyes.promises.ratchet.queries import get_rhythm, read_evidence
from untilyes.promises.ratchet.rules import Advice, Rhythm, find_period, propose_next
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace


class ProposalAnswered(ValueError):
    """Somebody has answered this proposal already."""


class ProposalOutdated(ValueError):
    """The promise has other terms by now than the proposal was made over."""


def propose_target(promise: Promise, *, at: datetime) -> TargetProposal:
    """Propose the next target for the period `at` lies in, from the evidence so far. A period has one proposal."""
    period = find_period(at.astimezone(ZoneInfo(current_workspace().timezone)).date(), get_rhythm(promise))
    standing = get_terms(promise, at=at)
    evidence = read_evidence(promise, at=at)
    judged = propose_next(evidence, limit=standing.limit, target=standing.target)
    with transaction.atomic():
        proposal, is_new = TargetProposal.objects.get_or_create(
            promise=promise,
            period=period,
            defaults={
                "standing": standing,
                "advice": judged.advice.value,
                "grounds": judged.grounds.value,
                "target": judged.target,
                "sentence": judged.sentence,
                "evidence": evidence.to_dict(),
                "made_at": at,
            },
        )
        if is_new:
            about = f"promise:{promise.pk}"
            record_audit("propose_target", about=about, at=at, period=period, target=str(judged.target))
    return proposal


@transaction.atomic
def accept_proposal(proposal: TargetProposal, *, by: Member, at: datetime) -> PromiseTerms:
    """Aim at the proposed target from now on: new terms, with the evidence as their reason.

    Raises ProposalAnswered, ProposalOutdated, NotAllowed.
    """
    require(by, "edit_promises")
    proposal = _open(proposal)
    terms = change_promise(
        proposal.promise,
        limit=proposal.standing.limit,
        target=proposal.target,
        at=at,
        by=by,
        reason=f"The proposal of {proposal.period}",
    )
    return _answer(proposal, TargetProposal.Answer.ACCEPTED, by=by, at=at, terms=terms)


@transaction.atomic
def decline_proposal(proposal: TargetProposal, *, by: Member, reason: str, at: datetime) -> TargetProposal:
    """Leave the target where it is, and say why; the next period proposes again.

    Raises ReasonNeeded, ProposalAnswered, ProposalOutdated, NotAllowed.
    """
    require(by, "edit_promises")
    if not reason.strip():
        raise ReasonNeeded("Say why it stays as it is; whoever reads the next proposal will want to know.")
    proposal = _open(proposal)
    _answer(proposal, TargetProposal.Answer.DECLINED, by=by, at=at, reason=reason.strip())
    return proposal


@transaction.atomic
def choose_target(
    proposal: TargetProposal, *, target: timedelta, by: Member, at: datetime, reason: str = ""
) -> PromiseTerms:
    """Aim at a target of one's own instead. A looser one than stands needs a reason.

    Raises ReasonNeeded, TargetTooLoose, ProposalAnswered, ProposalOutdated, NotAllowed.
    """
    require(by, "edit_promises")
    proposal = _open(proposal)
    limit = proposal.standing.limit
    terms = change_promise(proposal.promise, limit=limit, target=target, at=at, by=by, reason=reason)
    return _answer(proposal, TargetProposal.Answer.OWN, by=by, at=at, reason=reason.strip(), terms=terms)


@transaction.atomic
def pace_ratchet(promise: Promise, *, rhythm: Rhythm, by: Member, at: datetime) -> None:
    """Propose the next target of this promise every month, or every quarter."""
    require(by, "edit_promises")
    if get_rhythm(promise) is rhythm:
        return
    Pace.objects.update_or_create(promise=promise, defaults={"rhythm": rhythm.value})
    record_audit("pace_ratchet", about=f"promise:{promise.pk}", at=at, by=by, rhythm=rhythm.value)


def _open(proposal: TargetProposal) -> TargetProposal:
    """The proposal, locked, if it can still be answered."""
    locked = TargetProposal.objects.select_for_update(of=("self",)).select_related("promise", "standing")
    found = locked.get(pk=proposal.pk)
    if found.answer:
        raise ProposalAnswered("Somebody has answered this proposal already; the page shows how.")
    if found.advice != Advice.TIGHTEN.value:
        raise ProposalAnswered("This one advises to leave the target as it is; there is nothing to accept.")
    if PromiseTerms.objects.filter(promise=found.promise, version__gt=found.standing.version).exists():
        raise ProposalOutdated("The promise was changed since this was proposed; the next period proposes anew.")
    return found


def _answer(
    proposal: TargetProposal,
    answer: TargetProposal.Answer,
    *,
    by: Member,
    at: datetime,
    reason: str = "",
    terms: PromiseTerms | None = None,
) -> PromiseTerms:
    proposal.answer, proposal.answered_at, proposal.by = answer.value, at, by
    proposal.reason, proposal.terms = reason, terms
    proposal.save(update_fields=["answer", "answered_at", "by", "reason", "terms"])
    about = f"promise:{proposal.promise_id}"
    record_audit("answer_proposal", about=about, at=at, by=by, period=proposal.period, answer=answer.value)
    return terms or proposal.standing
