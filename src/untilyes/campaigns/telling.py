"""What a customer reads: our text with its variables filled in, in their language, with the two questions below."""

from collections.abc import Mapping
from dataclasses import dataclass

from untilyes.campaigns.rules import fill_text
from untilyes.campaigns.wordings import campaign_words
from untilyes.cases.models import Case
from untilyes.customers.models import Customer

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Message:
    """One message, ready to be sent."""

    language: str
    subject: str
    text: str


def choose_text(texts: Texts, *, wanted: str, default: str) -> str:
    """The language in which the customer is written to: theirs where there is a text, else the house's own."""
    for language in (wanted, wanted.partition("-")[0], default):
        if language in texts:
            return language
    return next(iter(texts), default)


def write_message(texts: Texts, *, house: str, default: str, case: Case | None, customer: Customer | None) -> Message:
    """The message to one customer."""
    wanted = (customer.language if customer else "") or (case.language if case else "")
    language = choose_text(texts, wanted=wanted, default=default)
    values = {
        "customer": (customer.name if customer else "") or campaign_words(language)["nobody"],
        "house": house,
        "case": f"#{case.number}" if case else "",
    }
    said = texts[language]
    return Message(language, fill_text(said["subject"], values), fill_text(said["text"], values))
