"""What travels by mail to those who said no to the same thing, and to oneself as a trial."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from untilyes.campaigns.links import link_to_letter, link_to_stop_letters
from untilyes.campaigns.models import Campaign, Letter
from untilyes.campaigns.telling import Message
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


def send_told(message: Message, invitation: Invitation, *, to: str, customer: Customer | None, case: Case) -> str:
    """Send the message with the two questions; a reply by mail reaches the case. Return the Message-ID."""
    asked = _asked(invitation.version.asks, invitation.touchpoint, message.language, link_to_invitation(invitation))
    context = _context(message, customer) | asked | {"opt_out": link_to_opt_out(invitation)}
    return send_mail_soon(
        "campaigns/mail/told",
        to=to,
        subject=message.subject,
        context=context,
        reply_to=reply_address(case) or None,
    )


def send_trial(message: Message, campaign: Campaign, asks: Definition, *, to: Member) -> str:
    """Send the message to one of us as a customer would get it; its links lead back to the campaign."""
    here = settings.BASE_URL + reverse("campaigns:campaign", args=[current_workspace().slug, campaign.pk])
    asked = _asked(asks, "", message.language, here)
    context = _context(message, None) | asked | {"opt_out": here}
    subject = f"[Trial] {message.subject}"
    return send_mail_soon("campaigns/mail/told", to=to.user.email, subject=subject, context=context)


def _context(message: Message, customer: Customer | None) -> dict[str, Any]:
    words = campaign_words(message.language)
    name = customer.name if customer else ""
    return {
        "language": message.language,
        "words": words,
        "hello": words["hello"].format(name=name) if name else words["hello_nobody"],
        "text": message.text,
        "workspace": current_workspace(),
    }


def _asked(asks: Definition, touchpoint: str, language: str, link: str) -> dict[str, Any]:
    first = asks.questions[0]
    taps = [(f"{link}?{first.key}={one}", option_words(first.kind, one, language)) for one in first.kind.options]
    return {"question": asks.wording(first, touchpoint=touchpoint, language=language), "taps": taps, "link": link}


def send_letter(letter: Letter, customer: Customer, *, to: str, language: str) -> str:
    """Send a customer's copy of a letter; return the Message-ID."""
    words = campaign_words(language)
    context = {
        "language": language,
        "words": words,
        "hello": words["hello"].format(name=customer.name) if customer.name else words["hello_nobody"],
        "said": letter.texts[language],
        "workspace": current_workspace(),
        "page": f"{link_to_letter(letter)}?lang={language}",
        "stop": link_to_stop_letters(customer),
    }
    subject = words["letter_subject"].format(name=current_workspace().name)
    return send_mail_soon("campaigns/mail/letter", to=to, subject=subject, context=context)
