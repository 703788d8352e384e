"""What travels by mail to those who said no to the same thing, and to oneself as a trial."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from untilyes.campaigns.models import Campaign
from untilyes.campaigns.telling import Letter
from untilyes.campaigns.wordings import campaign_words
from untilyes.cases.links import reply_address
from untilyes.cases.models import Case
from untilyes.customers.models import Customer
from untilyes.plumbing.mail import send_mail_soon
from untilyes.surveys.definition import Definition
from untilyes.surveys.links import link_to_invitation, link_to_opt_out
from untilyes.surveys.models import Invitation
from untilyes.surveys.wordings import option_words
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace


def send_told(letter: Letter, invitation: Invitation, *, to: str, customer: Customer | None, case: Case) -> str:
    """Send the message with the two questions; a reply by mail reaches the case. Return the Message-ID."""
    asked = _asked(invitation.version.asks, invitation.touchpoint, letter.language, link_to_invitation(invitation))
    context = _context(letter, customer) | asked | {"opt_out": link_to_opt_out(invitation)}
    return send_mail_soon(
        "campaigns/mail/told",
        to=to,
        subject=letter.subject,
        context=context,
        reply_to=reply_address(case) or None,
    )


def send_trial(letter: Letter, campaign: Campaign, asks: Definition, *, to: Member) -> str:
    """Send the message to one of us as a customer would get it; its links lead back to the campaign."""
    here = settings.BASE_URL + reverse("campaigns:campaign", args=[current_workspace().slug, campaign.pk])
    asked = _asked(asks, "", letter.language, here)
    context = _context(letter, None) | asked | {"opt_out": here}
    return send_mail_soon("campaigns/mail/told", to=to.user.email, subject=f"[Trial] {letter.subject}", context=context)


def _context(letter: Letter, customer: Customer | None) -> dict[str, Any]:
    words = campaign_words(letter.language)
    name = customer.name if customer else ""
    return {
        "language": letter.language,
        "words": words,
        "hello": words["hello"].format(name=name) if name else words["hello_nobody"],
        "text": letter.text,
        "workspace": current_workspace(),
    }


def _asked(asks: Definition, touchpoint: str, language: str, link: str) -> dict[str, Any]:
    first = asks.questions[0]
    taps = [(f"{link}?{first.key}={one}", option_words(first.kind, one, language)) for one in first.kind.options]
    return {"question": asks.wording(first, touchpoint=touchpoint, language=language), "taps": taps, "link": link}
