"""Who the members of a segment are and what they need, against everybody else."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from untilyes.analysis.measures import FLOOR
from untilyes.analysis.segments.condition import CAME_FOR, NOES, Condition
from untilyes.analysis.segments.finding import Differs
from untilyes.analysis.segments.members import list_members
from untilyes.analysis.segments.people import MOST_VALUES, RAREST, SAID_NO, People, as_numbers, read_people
from untilyes.lake import Lake
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.results import Change

BANDS: Final = 4
LONGEST_LIST: Final = 8

Mask = npt.NDArray[np.bool_]


class Side(StrEnum):
    """Which side of people a trait tells of; guessed from its name."""

    DEMOGRAPHIC = "demographic"
    SOCIOGRAPHIC = "sociographic"
    PSYCHOGRAPHIC = "psychographic"
    OTHER = "other"


_NAMES: Final = {
    Side.DEMOGRAPHIC: "age birth gender sex marri depend child income educat country city state zip region lang zone",
    Side.PSYCHOGRAPHIC: "interest hobb favourite favorite attitude style motiv prefer like travel season opinion trust",
    Side.SOCIOGRAPHIC: "plan contract account compan role pay tenure referr household offer member employ service "
    "internet phone stream tier size industry paper catalogue charge",
}


@dataclass(frozen=True)
class ValueShare:
    """One value of a trait: its share among the members (`after`) and among all others (`before`)."""

    value: str
    change: Change


@dataclass(frozen=True)
class TraitPortrait:
    """One trait: the values that enough members carry, the commonest first; `hidden` carry too few to be shown."""

    trait: str
    values: tuple[ValueShare, ...]
    hidden: int

    @property
    def is_telling(self) -> bool:
        """Whether any value really differs from everybody else."""
        return any(one.change.is_real for one in self.values)


@dataclass(frozen=True)
class Portrait:
    """Members and others, their traits by side, and all needs, those that really differ first."""

    members: int
    others: int
    sides: tuple[tuple[Side, tuple[TraitPortrait, ...]], ...]
    needs: tuple[Differs, ...]


def draw_portrait(lake: Lake, conditions: Sequence[Condition], *, at: datetime) -> Portrait | None:
    """Every share against everybody else, all corrected together; None for fewer members, or others, than the floor."""
    people = read_people(lake, at=at)
    rows = lake.fetch(lambda: list_members(lake, conditions, at=at)).column("customer_id").to_pylist()
    chosen = set(rows)
    inside = np.fromiter((one in chosen for one in people.ids), dtype=np.bool_, count=len(people.ids))
    if min(int(inside.sum()), int((~inside).sum())) < FLOOR:
        return None
    columns = _list_columns(people, fixed={one.trait for one in conditions})
    decided = _list_decided(conditions)
    needs = {
        name: column == 1 for name, column in zip(people.names, people.needs.T, strict=True) if name not in decided
    }
    shares = [column for _, _, column in columns] + list(needs.values())
    changes = _compare(shares, inside)
    own = [int(share[inside].sum()) for share in shares]
    split = len(columns)
    told = [(trait, value, change, n) for (trait, value, _), change, n in zip(columns, changes, own, strict=False)]
    differing = (Differs(need, change) for need, change in zip(needs, changes[split:], strict=True))
    ranked = sorted(differing, key=lambda one: (not one.change.is_real, -abs(one.change.delta or 0.0)))
    return Portrait(int(inside.sum()), int((~inside).sum()), _by_side(told), tuple(ranked))


def _list_decided(conditions: Sequence[Condition]) -> frozenset[str]:
    """The needs that made them members, which tell nothing more about them."""
    came_for = {str(one.value) for one in conditions if one.trait == CAME_FOR}
    return frozenset(came_for | ({SAID_NO} if any(one.trait == NOES for one in conditions) else set()))


def guess_side(trait: str) -> Side:
    """From the trait's name.

    >>> guess_side("birth_month"), guess_side("payment_method"), guess_side("x7")
    (<Side.DEMOGRAPHIC: 'demographic'>, <Side.SOCIOGRAPHIC: 'sociographic'>, <Side.OTHER: 'other'>)
    """
    parts = trait.split("_")
    known = ((side, tuple(names.split())) for side, names in _NAMES.items())
    return next((side for side, names in known if any(part.startswith(names) for part in parts)), Side.OTHER)


def _list_columns(people: People, *, fixed: set[str]) -> list[tuple[str, str, Mask]]:
    """(trait, value, who carries it); numbers in four bands. What made them members tells nothing about them."""
    found: list[tuple[str, str, Mask]] = []
    for trait in sorted({name for one in people.traits for name in one} - fixed):
        told = [one.get(trait) for one in people.traits]
        numbers = as_numbers(told)
        if numbers is not None and len(set(numbers[~np.isnan(numbers)])) > MOST_VALUES:
            found += [(trait, name, mask) for name, mask in _bands(numbers)]
            continue
        often = Counter(str(value) for value in told if value is not None)
        common = [value for value, n in often.most_common() if n >= RAREST * len(told)]
        if 2 <= len(common) <= MOST_VALUES:
            found += [(trait, value, np.array([str(one) == value for one in told])) for value in common]
    return found


def _bands(numbers: npt.NDArray[np.float64]) -> list[tuple[str, Mask]]:
    edges = [float(f"{edge:.2g}") for edge in np.nanquantile(numbers, np.linspace(0, 1, BANDS + 1)[1:-1])]
    edges = sorted(set(edges))
    sides = [-np.inf, *edges, np.inf]
    names = [
        f"under {edges[0]:g}",
        *(f"{a:g} to {b:g}" for a, b in pairwise(edges)),
        f"from {edges[-1]:g}",
    ]
    return [
        (name, (numbers >= low) & (numbers < high)) for name, low, high in zip(names, sides, sides[1:], strict=False)
    ]


def _compare(shares: Sequence[Mask], inside: Mask) -> list[Change]:
    counts = np.array([[share[~inside].sum(), share[inside].sum()] for share in shares], dtype=np.float64)
    sizes = np.array([(~inside).sum(), inside.sum()], dtype=np.float64)
    if not len(counts):
        return []
    sides = [(counts[:, place], np.full(len(counts), sizes[place])) for place in (0, 1)]
    return list(compare_many_shares(sides[0], sides[1], better="higher"))


def _by_side(
    told: Sequence[tuple[str, str, Change, int]],
) -> tuple[tuple[Side, tuple[TraitPortrait, ...]], ...]:
    portraits: dict[Side, list[TraitPortrait]] = {side: [] for side in Side}
    for trait in dict.fromkeys(name for name, *_ in told):
        values = [(ValueShare(value, change), n) for name, value, change, n in told if name == trait]
        shown = tuple(one for one, n in values if n == 0 or n >= FLOOR)[:LONGEST_LIST]
        if sum(0 < n < FLOOR for _, n in values) == 1:  # a single hidden one would follow by subtraction
            shown = shown[:-1]
        portraits[guess_side(trait)].append(TraitPortrait(trait, shown, len(values) - len(shown)))
    return tuple(
        (side, tuple(sorted(found, key=lambda one: (not one.is_telling, one.trait))))
        for side, found in portraits.items()
        if found
    )
