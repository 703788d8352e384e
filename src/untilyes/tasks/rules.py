"""What a task may be called, which one somebody probably meant, what similar words suggest. Pure: no Django."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from untilyes.tasks.words import compare_names, name_key

LONGEST_NAME: Final = 80
LONGEST_STEP: Final = 2_000
NEARLY: Final = 0.72
"""Names at least this alike are asked about before another task is made."""
FEWEST_SIMILAR: Final = 3
"""A task that fewer customers with similar words wanted is not suggested."""
MOST_SUGGESTED: Final = 3
RECOGNISED: Final = 60
"""So many letters of a step in a message are the step."""


class Told(StrEnum):
    """How the task of a matter is known: a person chose it, or a source said so."""

    PERSON = "person"
    SOURCE = "source"


class BadTask(ValueError):
    """What was written makes no task, or one that cannot be; the message says what would."""


class AlmostTheSame(BadTask):
    """A task of nearly this name exists. `nearest` are those it might be, the nearest first."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        self.name, self.nearest = name, tuple(nearest)
        told = " or ".join(f"“{one}”" for one in self.nearest)
        super().__init__(f"Did you mean {told}? Choose it, or say that “{name}” is another task.")


@dataclass(frozen=True)
class Suggestion:
    """A task that customers with similar words wanted: `given` of the `n` most similar of them."""

    task_id: int
    name: str
    given: int
    n: int


def read_name(text: str) -> str:
    """A task's name as it is kept. Raises BadTask.

    >>> read_name("  return   a present ")
    'return a present'
    """
    name = " ".join(text.split())
    if not name_key(name):
        raise BadTask("Say what the customer wants to get done, in words others would use too.")
    if len(name) > LONGEST_NAME:
        raise BadTask(f"A task has at most {LONGEST_NAME} characters.")
    return name


def list_nearest(name: str, known: Iterable[str]) -> list[str]:
    """Which of the known names this one nearly repeats, the nearest first.

    >>> list_nearest("return presents", ["return a present", "get an invoice"])
    ['return a present']
    """
    alike = sorted(((compare_names(name, one), one) for one in known), reverse=True)
    return [one for likeness, one in alike if likeness >= NEARLY][:MOST_SUGGESTED]


def suggest(similar: Sequence[tuple[float, int]], names: Mapping[int, str]) -> list[Suggestion]:
    """The tasks of similar matters, by how alike they are in sum. `similar` are (likeness, task) of those with a task.

    >>> suggest([(0.9, 1), (0.8, 1), (0.8, 1), (0.5, 2)], {1: "return", 2: "repair"})
    [Suggestion(task_id=1, name='return', given=3, n=4)]
    """
    weight: dict[int, float] = defaultdict(float)
    given: dict[int, int] = defaultdict(int)
    for likeness, task in similar:
        weight[task] += likeness
        given[task] += 1
    ranked = sorted(
        (one for one in weight if one in names and given[one] >= FEWEST_SIMILAR),
        key=lambda one: (-weight[one], names[one]),
    )
    return [Suggestion(one, names[one], given[one], len(similar)) for one in ranked[:MOST_SUGGESTED]]


def holds_step(text: str, step: str) -> bool:
    """Whether a message says what a step says: its first words, wherever they stand; small edits after them are fine.

    >>> holds_step("Dear Cleo,  we also sent you the label. Bye", "We also sent you the label.")
    True
    """
    said, begins = (" ".join(one.casefold().split()) for one in (text, step))
    return begins[:RECOGNISED] in said
