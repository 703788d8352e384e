"""What a column's name says it is, in English, German, Spanish and Portuguese."""

import re
import unicodedata

from untilyes.sources.looking import Look

NAMED = {
    "interaction": (
        "order|ticket|incident|case|call|chat|interaction|conversation|episode|bestellung|vorgang|pedido|caso"
    ),
    "customer": "customer|client|user|person|caller|member|subscriber|respondent|kunde|cliente|usuario|kundennummer",
    "at": "at|date|time|timestamp|when|on|created|submitted|answered|completed|datum|zeit|fecha|data|hora|zeitpunkt",
    "name": "name|fullname|nombre|nome",
    "language": "language|lang|locale|sprache|idioma|lingua",
    "channel": "channel|medium|kanal|canal",
    "touchpoint": "touchpoint|step|stage|moment|kontaktpunkt|etapa",
    "team": "team|group|department|abteilung|equipo|equipe|departamento",
    "source": "source|origin|quelle|fuente|origem",
    "comment": (
        "comments?|text|feedback|message|verbatim|remarks?|why|reason|kommentar|bemerkung|comentarios?|comentário|"
        "mensaje|mensagem|opinion"
    ),
    "activity": "activity|event|action|aktivität|actividad|atividade|evento",
    "nps": r"nps|recommend\w*|weiterempf\w*|empfehl\w*|recomend\w*",
    "ces": "ces|effort|easy|ease|aufwand|esfuerzo|esforço",
    "csat": (
        r"csat|satisf\w*|rating|score|stars?|grade|zufried\w*|bewertung|note|sterne|nota|estrellas|puntuaci[oó]n|"
        "avalia[cç][aã]o"
    ),
    "trust": r"trust\w*|vertrau\w*|confia\w*|confío",
}
"""For each role, the words of a column's name that speak for it."""

IDS = frozenset({"id", "key", "number", "no", "nr", "uuid", "ref", "num", "code", "hash"})


def names(role: str, look: Look) -> bool:
    """Whether a word of the column's name speaks for the role."""
    return any(re.fullmatch(NAMED[role], word) for word in split_words(look.column))


def is_id(look: Look) -> bool:
    """Whether the column's name ends like a key's: `Ticket ID`, `customer_ref`."""
    return split_words(look.column)[-1:] in [[word] for word in IDS] or look.column.lower().endswith("id")


def is_key_of(role: str, look: Look) -> bool:
    """Whether a column says which customer (or interaction): `customer_id`, `Customer`, and not `Customer age`."""
    words = split_words(look.column)
    if look.is_yes_no or look.length > 80 or not names(role, look):
        return role == "customer" and "hash" in words
    return is_id(look) or all(re.fullmatch(NAMED[role], word) for word in words)


def split_words(column: str) -> list[str]:
    """`customerId` and `Customer ID` as customer, id."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", column)
    return [word for word in re.split(r"[\W_\d]+", parted.lower()) if word]


def slug(said: str) -> str:
    """A column's name as a recipe names things: small plain letters, digits, underscores, a letter first."""
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].strip("_")
    return short if short[:1].isalpha() else f"column_{short}".strip("_")
