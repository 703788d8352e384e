"""Addresses a letter carries: the letter itself, for everyone who has it, and the way out, for one customer."""

from django.conf import settings
from django.urls import reverse

from untilyes.campaigns.models import Letter
from untilyes.customers.models import Customer
from untilyes.surveys.links import sign_key

LETTER, STOP = "letter", "letter_stop"


def link_to_letter(letter: Letter) -> str:
    """The full public address of a letter."""
    return settings.BASE_URL + reverse("portal:heard", args=[sign_key(letter.key, purpose=LETTER)])


def link_to_stop_letters(customer: Customer) -> str:
    """The full address where this customer says that they want no more letters."""
    return settings.BASE_URL + reverse("portal:stop_letters", args=[sign_key(customer.pk, purpose=STOP)])
