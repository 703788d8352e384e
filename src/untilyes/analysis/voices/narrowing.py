"""What the engine can tell of a query before the words are looked at one by one: which texts cannot meet it."""

from functools import reduce
from typing import Final

import ibis.expr.types as ir

from untilyes.analysis.voices.asking import Both, Either, Near, Phrase, Query

# Any sign that may read as a plain letter once it is normalised; such texts are looked at whatever they hold.
_UNPLAIN: Final = "[^\\x{00}-\\x{A9}\\x{AB}-\\x{B1}\\x{B4}-\\x{B8}\\x{BB}\\x{BF}-\\x{FF}\\x{2010}-\\x{2022}]"


def narrow(query: Query, text: ir.StringValue) -> ir.BooleanValue | None:
    """A condition that every text which meets the query holds (others may hold it too); None where there is none."""
    condition = _narrow(query, text.lower())
    return None if condition is None else condition | text.re_search(_UNPLAIN)


def _narrow(query: Query, text: ir.StringValue) -> ir.BooleanValue | None:
    if isinstance(query, Phrase):
        pieces = [piece for word in query.words for piece in word.split("'") if piece.isascii()]
        return text.contains(max(pieces, key=len)) if pieces else None
    if isinstance(query, Near):
        return _narrow(Both((query.left, query.right)), text)
    if isinstance(query, Both | Either):
        inner = [_narrow(part, text) for part in query.parts]
        known = [one for one in inner if one is not None]
        if isinstance(query, Both):
            return reduce(lambda one, other: one & other, known) if known else None
        return reduce(lambda one, other: one | other, known) if len(known) == len(inner) else None
    return None
