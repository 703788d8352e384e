"""What makes somebody a member: a few conditions on what is known of a customer, all of which hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

TENURE: Final = "tenure_months"
"""Not a trait: months since the customer joined, or until they left."""
CONTACTS, NOES = "contacts_in_a_year", "noes_in_a_year"
"""Nor these: how often the customer met us in a year, and how often they said no to the first question."""
WROTE_OF, CAME_FOR, CAME_BY = "wrote_of", "came_for", "came_by"
"""Nor these: the topics of what they wrote, their tasks or touchpoints, and the channels they used, in a year."""
COUNTED: Final = (TENURE, CONTACTS, NOES)
DONE: Final = {
    WROTE_OF: ("wrote of", "did not write of"),
    CAME_FOR: ("came for", "did not come for"),
    CAME_BY: ("came by", "did not come by"),
}


class How(StrEnum):
    """How a trait is compared."""

    IS = "is"
    IS_NOT = "is_not"
    UNDER = "under"
    FROM = "from"


_WORDS: Final = {How.IS: "is", How.IS_NOT: "is not", How.UNDER: "under", How.FROM: "from"}


class BadCondition(ValueError):
    """A condition nobody can meet or test; the message says what to write."""


@dataclass(frozen=True, order=True)
class Condition:
    """One comparison of one trait: with a text (`is`, `is_not`) or with a number (`under`, `from`: including it).

    Whose trait is unknown meets no condition but `is_not`. `called` is what people call a value that is a key.
    """

    trait: str
    how: How
    value: str | float
    called: str = field(default="", compare=False)

    @property
    def told(self) -> str:
        """ "country is ES", "tenure months under 12", "wrote of late parcel"."""
        value = f"{self.value:g}" if isinstance(self.value, float) else self.called or self.value
        if self.trait in DONE:
            return f"{DONE[self.trait][self.how is How.IS_NOT]} {value}"
        return f"{self.trait.replace('_', ' ')} {_WORDS[self.how]} {value}"

    def to_dict(self) -> dict[str, Any]:
        """Plain types."""
        called = {"called": self.called} if self.called else {}
        return {"trait": self.trait, "how": self.how.value, "value": self.value} | called


def read_conditions(said: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Conditions from plain types. Raises BadCondition, which says what to write instead."""
    return tuple(_read(one) for one in said)


def tell(conditions: Sequence[Condition]) -> str:
    """All of them as one description; everybody, where there are none."""
    return ", ".join(condition.told for condition in conditions) or "everybody"


def simplify(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """The same members in fewer words: the tightest bound on each side, no `is not` beside an `is`."""
    bounds: dict[tuple[str, How], float] = {}
    texts: dict[str, set[Condition]] = {}
    for one in conditions:
        if isinstance(one.value, float):
            key = (one.trait, one.how)
            tighter = min if one.how is How.UNDER else max
            bounds[key] = tighter(bounds.get(key, one.value), one.value)
        else:
            texts.setdefault(one.trait, set()).add(one)
    kept = [Condition(trait, how, value) for (trait, how), value in bounds.items()]
    for told in texts.values():
        settled = {one for one in told if one.how is How.IS}
        kept += settled or told
    return tuple(sorted(kept, key=lambda one: (one.trait, one.how.value, str(one.value))))


def _read(said: Mapping[str, Any]) -> Condition:
    trait, value = str(said.get("trait", "")).strip(), said.get("value", "")
    try:
        how = How(str(said.get("how", "")))
    except ValueError as problem:
        raise BadCondition(f"Choose how “{trait}” is compared: is, is not, under, from.") from problem
    if not trait:
        raise BadCondition("Choose what the condition is about.")
    if how in {How.IS, How.IS_NOT}:
        if trait in COUNTED:
            raise BadCondition(f"“{trait}” is a number: compare it with under or from.")
        if not str(value).strip():
            raise BadCondition(f"Write what “{trait}” is compared with.")
        return Condition(trait, how, str(value).strip(), str(said.get("called", "")))
    if trait in DONE:
        raise BadCondition(f"“{trait}” is no number: compare it with is or is not.")
    try:
        return Condition(trait, how, float(str(value)))
    except ValueError as problem:
        raise BadCondition(f"“{value}” is no number; “{trait}” {_WORDS[how]} needs one, like 12.") from problem
