"""How an identity is written so that equal means the same, and what a trait's value must look like. No Django."""

from datetime import date
from enum import StrEnum
from uuid import UUID

import phonenumbers


class IdentityKind(StrEnum):
    """What kind of thing identifies the customer."""

    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL = "external"


class TraitKind(StrEnum):
    """What kind of value a trait holds."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


class BadIdentity(ValueError):
    """The value cannot identify anybody; the message says why."""


class BadTrait(ValueError):
    """The value is not of the trait's kind; the message says what would be."""


def normalise_identity(kind: IdentityKind, value: str, *, region: str | None = None) -> str:
    """Write an identity in the one form we compare: e-mail lower-cased, phone as E.164, ids trimmed.

    `region` is the two-letter country a phone number without +prefix is read in. Raises BadIdentity.
    """
    text = value.strip()
    if not text:
        raise BadIdentity("The identity is empty.")
    if kind is IdentityKind.EMAIL:
        local, at, domain = text.rpartition("@")
        if not at or not local or "." not in domain or any(letter.isspace() for letter in text):
            raise BadIdentity(f"{value!r} is not an e-mail address.")
        return text.lower()
    if kind is IdentityKind.PHONE:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException as error:
            raise BadIdentity(f"{value!r} is not a phone number; write it with its country, like +49 …") from error
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return text


def is_key(text: str) -> bool:
    """Whether this may be a customer's key; facts may name people in other ways."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def check_trait(kind: TraitKind, value: str) -> str:
    """Return the value in its canonical text form. Raises BadTrait when it is not of that kind."""
    text = value.strip()
    try:
        match kind:
            case TraitKind.NUMBER:
                return repr(float(text))
            case TraitKind.DATE:
                return date.fromisoformat(text).isoformat()
            case TraitKind.BOOLEAN:
                return {
                    "true": "true",
                    "yes": "true",
                    "1": "true",
                    "false": "false",
                    "no": "false",
                    "0": "false",
                }[text.lower()]
            case TraitKind.TEXT:
                return text
    except (ValueError, KeyError) as error:
        raise BadTrait(f"{value!r} is not a {kind.value}.") from error
