"""How a cause is written: a path from the broad to the narrow, such as Delivery › Carrier. No Django."""

import re

SIGN = " › "
LONGEST_NAME = 80
LONGEST_PATH = 200
DEEPEST = 4


class BadCause(ValueError):
    """The words name no cause; the message says what would."""


def read_path(text: str) -> tuple[str, ...]:
    """The names in a path, the broadest first; › and > and / part them. Raises BadCause.

    >>> read_path("Delivery / carrier>  wrong address ")
    ('Delivery', 'carrier', 'wrong address')
    """
    names = tuple(" ".join(part.split()) for part in re.split(r"[›>/]", text) if part.strip())
    if not names:
        raise BadCause("Say why it went wrong, in words others would use too.")
    if len(names) > DEEPEST:
        raise BadCause(f"A cause lies at most {DEEPEST} levels deep.")
    if any(len(name) > LONGEST_NAME for name in names) or len(join_path(names)) > LONGEST_PATH:
        raise BadCause(f"A cause has at most {LONGEST_NAME} characters, with those above it {LONGEST_PATH}.")
    return names


def join_path(names: tuple[str, ...]) -> str:
    """The path as people read it.

    >>> join_path(("Delivery", "carrier"))
    'Delivery › carrier'
    """
    return SIGN.join(names)
