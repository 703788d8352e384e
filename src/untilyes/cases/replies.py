"""Words that are prepared once and filled in for each customer. Pure: no Django."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "customer": "the customer’s name, or nothing",
        "case": "the case’s number",
        "promise": "by when we promised them a yes, as they write dates; without one, its sentence is left out",
        "member": "your name",
        "workspace": "our name",
        "link": "the address of their page about this case",
    }
)
LONGEST_REPLY: Final = 4_000
_SLOT: Final = re.compile(r"\{([^{}\n]*)\}")
_PROMISING: Final = re.compile(r"[^.!?\n]*\{promise\}[^.!?\n]*[.!?]*")


class UnknownVariable(ValueError):
    """The words ask for something nobody can fill in; the message says for what, and what there is."""


def check_reply(text: str) -> str:
    """The words, trimmed. Raises UnknownVariable for a {name} that is none, ValueError for too many."""
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(words) > LONGEST_REPLY:
        raise ValueError(f"A prepared reply has at most {LONGEST_REPLY} characters.")
    for name in _SLOT.findall(words):
        if name not in VARIABLES:
            known = ", ".join(f"{{{one}}}" for one in VARIABLES)
            raise UnknownVariable(f"{{{name}}} cannot be filled in; there are {known}.")
    return words


def fill_reply(text: str, values: Mapping[str, str]) -> str:
    """The words with everything filled in; what is not known leaves no gap before a comma.

    A sentence that promises something by a time that is not known is left out: half a promise is worse than none.

    >>> fill_reply("Hello {customer}, this is {member}. You hear by {promise}.", {"customer": "", "member": "Ben"})
    'Hello, this is Ben.'
    """
    if not values.get("promise"):
        text = _PROMISING.sub("", text).rstrip()
    filled = _SLOT.sub(lambda slot: values.get(slot.group(1), ""), text)
    return re.sub(r"[ \t]+(?=[,.;:!?])|(?<=\S)[ \t]{2,}(?=\S)", lambda gap: " " if len(gap.group()) > 1 else "", filled)


def choose_text(texts: Mapping[str, str], *, wanted: str, fallback: str) -> tuple[str, str]:
    """The language and the words for a customer who reads `wanted`: theirs, then the house's, then whatever there is.

    >>> choose_text({"en": "Hello", "de": "Hallo"}, wanted="de-AT", fallback="en")
    ('de', 'Hallo')
    """
    for language in (wanted, wanted.partition("-")[0], fallback):
        if texts.get(language):
            return language, texts[language]
    return next(((language, text) for language, text in sorted(texts.items()) if text), ("", ""))
