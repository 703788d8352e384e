"""Can these drivers be told apart at all? And is one of them the outcome in disguise?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.gram import Gram
from untilyes.stats.told import Note, Told, note, say

HALO = 0.6
LEAK_BINARY, LEAK_SCORE = 0.35, 0.75


def variance_inflation(correlation: npt.ArrayLike) -> Floats:
    """`VIF_j = 1 / (1 - R_j²)`, how much the others blur driver j: (p + 1, p + 1) → (p,); infinite when dependent.

    Above 5 a coefficient is hard to read, above 10 hardly at all (Marquardt 1970).

    >>> variance_inflation([[1, 0.8, 0.5], [0.8, 1, 0.4], [0.5, 0.4, 1]]).round(2).tolist()
    [2.78, 2.78]
    """
    r = checks.matrix(correlation, "correlations", square=True)[:-1, :-1]
    values, vectors = np.linalg.eigh(r)
    weight = vectors**2
    dependent = (weight[:, values <= 1e-10] > 1e-8).any(axis=1)
    usable = values > 1e-10
    vif = weight[:, usable] @ (1 / values[usable])
    return np.asarray(np.where(dependent, np.inf, vif))


def condition_number(correlation: npt.ArrayLike) -> float:
    """Square root of largest over smallest eigenvalue of the drivers' correlations (Belsley, Kuh & Welsch 1980).

    Above 30 the coefficients are unstable.

    >>> round(condition_number([[1, 0.8, 0.5], [0.8, 1, 0.4], [0.5, 0.4, 1]]), 2)
    3.0
    """
    values = np.linalg.eigvalsh(checks.matrix(correlation, "correlations", square=True)[:-1, :-1])
    return float(np.sqrt(values[-1] / values[0])) if values[0] > 1e-10 else float("inf")


def collinearity_notes(correlation: npt.ArrayLike, names: Sequence[str]) -> tuple[Note, ...]:
    """What to say about drivers that move together: a halo over all of them, or single ones that are redundant.

    >>> print(*collinearity_notes([[1, 0.96, 0.5], [0.96, 1, 0.4], [0.5, 0.4, 1]], ("speed", "wait")))
    speed, wait say nearly the same thing: join them into a group or keep one
    """
    r = checks.matrix(correlation, "correlations", square=True)[:-1, :-1]
    off = np.abs(r[np.triu_indices(len(r), 1)])
    notes = []
    blurred = variance_inflation(correlation) > 10
    if blurred.any():
        told = tuple(name for name, bad in zip(names, blurred, strict=True) if bad)
        notes.append(note("drivers.redundant", drivers=told))
    if len(r) >= 3 and off.size and np.median(off) >= HALO:
        notes.append(note("drivers.halo", correlation=float(np.median(off))))
    elif not blurred.any() and condition_number(correlation) > 30:
        notes.append(note("drivers.condition", number=condition_number(correlation)))
    return tuple(notes)


def suspect_drivers(gram: Gram) -> tuple[str, ...]:
    """Drivers that alone explain more of the outcome than an honest cause does, from the Gram matrix.

    A driver is suspect when its squared correlation reaches 0.35 with a yes/no outcome or 0.75 with a rating.
    These are conventions: real causes of a single yes or no explain a few percent. `find_leaks` looks closer,
    at values.

    >>> rows = [[1, 0], [1, 1], [0, 0], [0, 1], [1, 1], [0, 1]]
    >>> suspect_drivers(Gram.from_rows(rows, [1, 1, 0, 0, 1, 0], names=("closed", "tone")))
    ('closed',)
    """
    limit = LEAK_BINARY if gram.has_binary_outcome else LEAK_SCORE
    alone = gram.correlation()[:-1, -1] ** 2
    return tuple(name for name, r2 in zip(gram.names, alone, strict=True) if r2 >= limit)


@dataclass(frozen=True, slots=True)
class Leak(Told):
    """How far one column gives the outcome away.

    `certain_share` of all rows have a value at which the outcome was always the same; `settled_share` is the
    larger share of one outcome class that those values account for.
    """

    name: str
    is_leak: bool
    certain_share: float
    settled_share: float
    values: tuple[str, ...]

    def sentence(self, locale: str = "en") -> str:
        """Whether to leave the column out, and what shows it."""
        kind = "leak.found" if self.is_leak else "leak.none"
        return say(kind, locale, name=self.name, certain_share=self.certain_share, values=self.values)


def find_leaks(table: npt.ArrayLike, values: Sequence[str], *, name: str = "driver", at_least: int = 10) -> Leak:
    """Does a column decide the outcome? From counts by value and outcome class, shape (values, classes).

    A value is certain when every one of its rows has one outcome, so many of them that chance would not do it
    (`base_rate^n < 1e-6` and n ≥ `at_least`). The column leaks when its certain values hold at least half of
    one class, or a fifth of all rows with every class among them. Give "missing" a row of its own: a reason
    for leaving exists only for those who left.

    >>> leak = find_leaks([[0, 900], [500, 0], [300, 2400]], ["happy", "angry", "so-so"], name="mood")
    >>> print(leak)
    mood decides the outcome for 34 % of rows (happy, angry): it is the outcome in disguise, leave it out
    """
    counted = checks.matrix(checks.counts(table, "table"), "table")
    if counted.shape[0] != len(values) or counted.shape[1] < 2:
        raise ValueError("the table needs one row per value and one column per outcome class, at least two.")
    classes, rows = counted.sum(axis=0), counted.sum(axis=1)
    if (classes == 0).any():
        raise ValueError("the outcome is all one class; it takes both to see what gives it away.")
    only = counted.argmax(axis=1)
    pure = (counted.max(axis=1) == rows) & (rows >= at_least)
    certain = pure & (rows * np.log(classes[only] / classes.sum()) < np.log(1e-6))
    settled = np.bincount(only[certain], rows[certain], len(classes)) / classes
    share = float(rows[certain].sum() / rows.sum())
    is_leak = bool(settled.max() >= 0.5 or (settled.min() > 0 and share >= 0.2))
    told = tuple(value for value, sure in zip(values, certain, strict=True) if sure)
    return Leak(name, is_leak, share, float(settled.max()), told)
