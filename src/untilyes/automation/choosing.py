"""Who is given the next case. Pure: no Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Strategy(StrEnum):
    """How a team shares its work out."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"
    BY_SKILL = "by_skill"


@dataclass(frozen=True)
class Person:
    """Somebody who could be given a case. `last_turn` counts up with every case their team gives; 0 is never."""

    key: int
    open_cases: int = 0
    most_cases: int | None = None
    last_turn: int = 0
    skills: frozenset[str] = field(default_factory=frozenset)

    @property
    def has_room(self) -> bool:
        return self.most_cases is None or self.open_cases < self.most_cases


def choose_person(people: Sequence[Person], strategy: Strategy, *, needs: Iterable[str] = ()) -> Person | None:
    """The one whose turn it is among those with room, or None. The same people always give the same choice.

    - Round robin: whoever was given a case longest ago.
    - Least loaded: whoever has the fewest open cases.
    - By skill: whoever knows most of what the case `needs`; among equals the fewest open cases.

    What is still equal is decided by whose turn is longest ago, then by the key.
    """
    needed = frozenset(word.casefold() for word in needs if word)
    free = [person for person in people if person.has_room]

    def rank(person: Person) -> tuple[int, ...]:
        turn = (person.last_turn, person.key)
        if strategy is Strategy.ROUND_ROBIN:
            return turn
        load = (person.open_cases, *turn)
        return load if strategy is Strategy.LEAST_LOADED else (-len(needed & person.skills), *load)

    return min(free, key=rank, default=None)
