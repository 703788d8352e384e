"""Telling everybody in a campaign: each once, at a measured pace, in their open case where they have one."""

import logging
from datetime import datetime

from django.db import transaction

from untilyes.campaigns.mail import send_told
from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.queries.audience import read_audience
from untilyes.campaigns.rules import About, Fate, NotPossible, Stage
from untilyes.campaigns.telling import Message, write_message
from untilyes.cases.actions import propose_solution, write_to_customer
from untilyes.cases.actions.conversing import mark_sent, say_to_customer
from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.models import Case
from untilyes.cases.rules import NotPossible as CaseRefuses
from untilyes.cases.rules import State, Step
from untilyes.customers.queries import find_email
from untilyes.surveys.actions import ensure_confirmation, invite
from untilyes.surveys.models import Invitation
from untilyes.surveys.queries import find_confirmation
from untilyes.surveys.rules import InvitationState
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

logger = logging.getLogger(__name__)
LONGEST_REASON = 300


@transaction.atomic
def start_campaign(campaign: Campaign, *, by: Member, at: datetime) -> Campaign:
    """Decide who is told, write it down, and let the worker begin. Starting twice changes nothing.

    Raises NotPossible when nothing is written or nobody would be told, NotAllowed.
    """
    require(by, "run_campaigns")
    campaign = _locked(campaign)
    if campaign.stage in {Stage.SENDING, Stage.SENT}:
        return campaign
    if not campaign.texts:
        raise NotPossible("Write what customers will read first.")
    if campaign.stage == Stage.DRAFT:
        audience = read_audience(
            About(campaign.about),
            campaign.key,
            since=campaign.since,
            at=at,
            segment=campaign.segment,
            campaign=campaign,
        )
        if not audience.told:
            raise NotPossible("There is nobody to tell.")
        Addressee.objects.bulk_create(
            Addressee(campaign=campaign, customer=place.customer, case=place.case, fate=place.fate.value)
            for place in audience.places
        )
        campaign.started_at = at
    campaign.stage, campaign.by = Stage.SENDING, by
    campaign.save(update_fields=["stage", "by", "started_at"])
    record_audit("start_campaign", about=f"campaign:{campaign.pk}", at=at, by=by, name=campaign.name)
    return campaign


@transaction.atomic
def stop_campaign(campaign: Campaign, *, by: Member, at: datetime) -> Campaign:
    """Tell nobody else for now; starting it again goes on where it stopped. Raises NotAllowed."""
    require(by, "run_campaigns")
    campaign = _locked(campaign)
    if campaign.stage == Stage.SENDING:
        campaign.stage = Stage.STOPPED
        campaign.save(update_fields=["stage"])
        record_audit("stop_campaign", about=f"campaign:{campaign.pk}", at=at, by=by, name=campaign.name)
    return campaign


def tell_next(campaign: Campaign, *, at: datetime) -> Addressee | None:
    """Tell the next customer who waits; return their row, or None when nobody waits any more.

    The row is held, changed and let go in the transaction that writes the message down and hands it to the worker: a
    crash in between repeats all of it or nothing. Whom something goes wrong with is set aside with the reason.
    """
    with transaction.atomic():
        waiting = Addressee.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            campaign=campaign, fate=Fate.WAITING
        )
        addressee = waiting.select_related("case__customer__merged_into", "campaign").order_by("pk").first()
        if addressee is None:
            _finish(campaign, at)
            return None
        _tell(addressee, at)
        return addressee


def _tell(addressee: Addressee, at: datetime) -> None:
    try:
        with transaction.atomic():
            _tell_one(addressee, at)
            addressee.told_at = at if Fate(addressee.fate).is_told else None
    except Exception as problem:
        logger.warning("Addressee %s could not be told.", addressee.pk, exc_info=True)
        addressee.fate, addressee.invitation = Fate.FAILED, None
        addressee.reason = (str(problem) or type(problem).__name__)[:LONGEST_REASON]
    addressee.save()


def _tell_one(addressee: Addressee, at: datetime) -> None:
    case, by = lock_case(addressee.case), addressee.campaign.by
    if by is None:
        raise NotPossible("Whoever started the campaign has no place here any more; start it again.")
    house, person = current_workspace(), case.person
    texts = addressee.campaign.texts
    said = write_message(texts, house=house.name, default=house.language, case=case, customer=person)
    if not case.is_over:
        _tell_in_case(addressee, case, said, by=by, at=at)
        return
    address = find_email(person) if person else None
    if person is None or address is None:
        addressee.fate = Fate.NO_ADDRESS
    elif person.opted_out_at is not None:
        addressee.fate = Fate.OPTED_OUT
    else:
        _tell_by_mail(addressee, case, said, to=address, by=by, at=at)


def _tell_in_case(addressee: Addressee, case: Case, said: Message, *, by: Member, at: datetime) -> None:
    """Propose it in the conversation we have; where that cannot be yet, the words stand there all the same.

    Whoever runs a campaign does not take on its cases: one that nobody has stays so, for its team to give out.
    """
    addressee.fate, addressee.reason = Fate.IN_CASE, _propose(case, said.text, by=by, at=at)[:LONGEST_REASON]
    if addressee.reason:
        write_to_customer(case, said.text, by=by, at=at, takes_it=False)
    asked = Invitation.objects.filter(about=case.ref, state=InvitationState.ASKED)
    addressee.invitation = asked.order_by("-sent_at").first()


def _propose(case: Case, words: str, *, by: Member, at: datetime) -> str:
    """Propose it; return why that cannot be yet, or nothing."""
    if case.state == State.PROPOSED:
        return "They had been asked already, and had not answered."
    try:
        propose_solution(case, words, by=by, at=at, takes_it=False)
    except CaseRefuses as problem:
        return str(problem)
    return ""


def _tell_by_mail(addressee: Addressee, case: Case, said: Message, *, to: str, by: Member, at: datetime) -> None:
    """Write to them and ask again about their case, which is over: a no opens it, a yes closes one we had given up."""
    invitation = invite(
        find_confirmation(case.touchpoint) or ensure_confirmation(current_workspace(), at=at),
        case.person,
        at=at,
        interaction_id=case.interaction_id,
        about=case.ref,
        touchpoint=case.touchpoint,
        channel=case.channel,
        via="campaign",
        team=case.team,
        language=said.language,
    )
    message = say_to_customer(case, said.text, by=by, at=at)
    mark_sent(message, send_told(said, invitation, to=to, customer=case.person, case=case))
    keep_case(case, Step.WROTE, at=at, by=by, campaign=addressee.campaign.name)
    addressee.fate, addressee.invitation = Fate.BY_MAIL, invitation


def _finish(campaign: Campaign, at: datetime) -> None:
    """Nobody waits: it is sent, unless another worker still holds somebody."""
    if Addressee.objects.filter(campaign=campaign, fate=Fate.WAITING).exists():
        return
    Campaign.objects.filter(pk=campaign.pk, stage=Stage.SENDING).update(stage=Stage.SENT, ended_at=at)


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
