"""Addresses a customer can open without signing in: a key and a signature, so that guessing leads nowhere."""

import base64
import binascii
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.urls import reverse

from untilyes.surveys.models import Invitation, Response, Survey


class BadLink(LookupError):
    """The link was not made by us, or was cut short on the way."""


def sign_key(key: UUID, *, purpose: str) -> str:
    """The key with a signature, 66 characters, safe in an address. A link for one purpose opens no other."""
    short = base64.urlsafe_b64encode(key.bytes).rstrip(b"=").decode()
    return signing.Signer(salt=f"untilyes.{purpose}", sep="~").sign(short)


def unsign_key(token: str, *, purpose: str) -> UUID:
    """The key in a signed link. Raises BadLink."""
    try:
        short = signing.Signer(salt=f"untilyes.{purpose}", sep="~").unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(short + "=="))
    except (signing.BadSignature, binascii.Error, ValueError) as error:
        raise BadLink("This link is not one of ours, or is incomplete.") from error


def link_to_invitation(invitation: Invitation) -> str:
    """The full address where the invitation is answered."""
    return settings.BASE_URL + reverse("portal:survey", args=[sign_key(invitation.pk, purpose="invitation")])


def link_to_opt_out(invitation: Invitation) -> str:
    """The full address where the customer asks to be left in peace."""
    return settings.BASE_URL + reverse("portal:opt_out", args=[sign_key(invitation.pk, purpose="invitation")])


def link_to_survey(survey: Survey) -> str:
    """The full public address of a link survey: whoever has it may answer, once per opened page."""
    return settings.BASE_URL + reverse("portal:link_survey", args=[sign_key(survey.key, purpose="survey")])


def sign_response(response: Response) -> str:
    """What leads to the thank-you page of this response."""
    return sign_key(response.pk, purpose="response")


def new_form(token: str) -> str:
    """A key for one opened page of a link survey: sent twice, it is recognised and counts once."""
    return sign_key(uuid4(), purpose=f"form.{token}")


def open_form(form: str, token: str) -> UUID:
    """The key of the opened page, which becomes the response's. Raises BadLink when it is not of this survey."""
    return unsign_key(form, purpose=f"form.{token}")
