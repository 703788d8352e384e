"""Asking: who, whether, and how the question travels."""

from datetime import datetime, timedelta

from django.db import transaction

from untilyes.customers.models import Customer
from untilyes.customers.queries import find_email
from untilyes.feedback.actions import record_event
from untilyes.feedback.events import InteractionEnded
from untilyes.feedback.facts import Circumstances
from untilyes.plumbing.clock import now
from untilyes.surveys.mail import send_invitation
from untilyes.surveys.models import Invitation, Survey, SurveyVersion
from untilyes.surveys.queries import find_confirmation, find_last_asked, get_live_version
from untilyes.surveys.rules import Asking, InvitationState, find_reason_not_to_ask, may_remind
from untilyes.surveys.wordings import choose_language
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.tenancy import current_workspace


@transaction.atomic
def invite(
    asked: Survey | SurveyVersion,
    customer: Customer | None,
    *,
    at: datetime,
    interaction_id: str = "",
    about: str = "",
    touchpoint: str = "",
    channel: str = "",
    via: str = "email",
    team: str = "",
    employee_id: str = "",
    ended_at: datetime | None = None,
    language: str = "",
    is_test: bool = False,
) -> Invitation:
    """Ask a customer, or write down why they were not asked (`state` and `reason` of what is returned).

    `channel` is where the interaction took place and is carried by the answers; `via` is how the question travels:
    "email" sends a message, anything else makes the link for somebody else to carry. Asking twice about one
    interaction returns the first question; asking again `about` a case replaces a question still unanswered.
    Raises SurveyNotLive.
    """
    version = asked if isinstance(asked, SurveyVersion) else get_live_version(asked)
    survey = version.survey
    open_ones = Invitation.objects.filter(
        survey=survey, interaction_id=interaction_id, about=about, state=InvitationState.ASKED, customer=customer
    )
    if about:
        open_ones.update(state=InvitationState.REPLACED)
    elif interaction_id and (standing := open_ones.first()):
        return standing
    email = (find_email(customer) or "") if customer else ""
    reason = find_reason_not_to_ask(
        Asking(
            at=at,
            ended_at=ended_at or at,
            is_known=customer is not None,
            opted_out=customer is not None and customer.opted_out_at is not None,
            email=email,
            via=via,
            about=about,
            asked_before_at=find_last_asked(customer) if customer and survey.rest_days else None,
            rest=timedelta(days=survey.rest_days),
        )
    )
    invitation = Invitation.objects.create(
        survey=survey,
        version=version,
        customer=customer,
        touchpoint=touchpoint or survey.touchpoint,
        channel=channel,
        via=via,
        team=team,
        employee_id=employee_id,
        interaction_id=interaction_id,
        about=about,
        language=choose_language(language or (customer.language if customer else ""), offered=survey.languages),
        email=email if via == "email" else "",
        sent_at=at,
        expires_at=at + timedelta(days=survey.valid_days),
        state=InvitationState.NOT_ASKED if reason else InvitationState.ASKED,
        reason=reason or "",
        is_test=is_test,
    )
    if reason is None:
        note_invitation(invitation, answered=False)
        if via == "email":
            send_invitation(invitation)
    return invitation


def note_invitation(invitation: Invitation, *, answered: bool) -> None:
    """Tell the lake that somebody was asked and whether they answered; tests stay out of it."""
    if invitation.is_test:
        return
    record_event(
        f"invitation:{invitation.pk}",
        "invitation",
        process_id=invitation.survey.slug,
        amount=float(answered),
        when=Circumstances(
            at=invitation.sent_at,
            source="survey",
            customer_id=invitation.customer_id,
            interaction_id=invitation.interaction_id,
            channel=invitation.channel,
            touchpoint=invitation.touchpoint,
            team=invitation.team,
        ),
    )


def ask_about_interaction(fact: InteractionEnded) -> None:
    """Ask the two questions now that a service episode is over, if this workspace asks them."""
    version = find_confirmation(fact.touchpoint)
    customer = Customer.objects.filter(pk=fact.customer_id).first() if fact.customer_id else None
    if version is None or customer is None:
        return
    invite(
        version,
        customer.merged_into or customer,
        at=now(),
        ended_at=fact.at,
        interaction_id=fact.interaction_id,
        touchpoint=fact.touchpoint,
        channel=fact.channel,
        team=fact.team,
        employee_id=fact.employee_id,
    )


@transaction.atomic
def remind(invitation: Invitation, *, at: datetime) -> bool:
    """Remind the customer once, at a decent hour of theirs; return whether it was done."""
    customer = invitation.customer
    zone = (customer.timezone if customer else "") or current_workspace().timezone
    if (
        invitation.via != "email"
        or not invitation.is_open
        or (customer and customer.opted_out_at and not invitation.about)
    ):
        return False
    if not may_remind(
        sent_at=invitation.sent_at,
        reminded_at=invitation.reminded_at,
        expires_at=invitation.expires_at,
        at=at,
        zone=zone,
    ):
        return False
    invitation.reminded_at = at
    invitation.save(update_fields=["reminded_at"])
    send_invitation(invitation, again=True)
    return True


def withdraw_questions(*, about: str) -> int:
    """Take back the questions about one thing that wait for an answer, for it is no longer what it was; how many."""
    waiting = Invitation.objects.filter(about=about, state=InvitationState.ASKED)
    return waiting.update(state=InvitationState.REPLACED)


def mark_undelivered(invitation: Invitation) -> None:
    """The message came back: the customer was not asked after all."""
    Invitation.objects.filter(pk=invitation.pk, state=InvitationState.ASKED).update(state=InvitationState.NOT_DELIVERED)


@transaction.atomic
def opt_out(invitation: Invitation, *, at: datetime) -> None:
    """The customer asks not to be asked; what is open with us goes on being told."""
    customer = invitation.customer
    if customer is None or customer.opted_out_at is not None:
        return
    customer.opted_out_at = at
    customer.save(update_fields=["opted_out_at"])
    record_audit("opt_out", about=f"customer:{customer.pk}", at=at, by_name="customer")
