"""Finding segments: groups that need different things, described by what is known of customers.

A small regression tree splits one half of the customers where their needs differ most; the other half, which had no
part in it, is asked at each split whether they really do, and splits that mean nothing to it are taken back. The same
done with the halves exchanged says how stable all this is.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from untilyes.analysis.segments.condition import Condition, How, simplify, tell
from untilyes.analysis.segments.people import Feature, People, lay_out_features, read_people
from untilyes.lake import Lake
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate
from untilyes.stats.shares import estimate_share

MOST: Final = 6
FEWEST_PEOPLE: Final = 1_000
"""Fewer customers cannot be divided into groups and then asked again."""
SMALLEST: Final = 0.05
MATTERS: Final = 0.03
"""A need more or less frequent by less than three points makes no difference to what one does."""
SURELY: Final = 0.99
"""How surely the two sides of a split must differ: groups that come and go help nobody."""
STABLE: Final = 0.6
"""Agreement of the two halves (adjusted Rand index) under which groups are chance more than fact."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Differs:
    """One need in one segment against everybody else, in the half that had no part in finding the segment."""

    need: str
    change: Change


@dataclass(frozen=True)
class Found:
    """One segment: who, how many of all customers looked at, and in which needs it really differs, the most first."""

    conditions: tuple[Condition, ...]
    share: Estimate
    differs: tuple[Differs, ...]

    @property
    def told(self) -> str:
        return tell(self.conditions)


@dataclass(frozen=True)
class Segmentation:
    """What was found among `customers`. `agreement` is None where nothing could be divided; `needs` were compared."""

    segments: tuple[Found, ...]
    customers: int
    needs: tuple[str, ...]
    agreement: float | None

    @property
    def is_stable(self) -> bool:
        return self.agreement is not None and self.agreement >= STABLE


def find_segments(lake: Lake, *, at: datetime) -> Segmentation:
    """At most six segments, the largest first; none where needs do not differ, or the two halves disagree on who does.

    The differences of all groups in all needs are corrected together (Benjamini-Hochberg), and count only from three
    points on.
    """
    return divide(read_people(lake, at=at))


def divide(people: People) -> Segmentation:
    """As `find_segments`, of customers already read."""
    features, known = lay_out_features(people.traits)
    if len(people.ids) < FEWEST_PEOPLE or not features or not people.names:
        return Segmentation((), len(people.ids), people.names, None)
    half = people.halves
    groups, other = (_find_groups(people, features, known, grow=side) for side in (half, ~half))
    agreement = _agree(_assign(groups, features, known), _assign(other, features, known))
    if len(groups) < 2 or agreement < STABLE:
        return Segmentation((), len(people.ids), people.names, agreement)
    of = _assign(groups, features, known)
    differing = _compare(of[~half], people.needs[~half], people.names, len(groups))
    found = [
        Found(conditions, estimate_share(int((of == number).sum()), len(of)), differs)
        for number, (conditions, differs) in enumerate(zip(groups, differing, strict=True))
        if differs
    ]
    found.sort(key=lambda one: -(one.share.value or 0.0))
    return Segmentation(tuple(found), len(people.ids), people.names, agreement)


@dataclass(frozen=True)
class _Branch:
    """A node of the tree: who is in it, and its two sides; a leaf has none."""

    conditions: tuple[Condition, ...]
    sides: tuple["_Branch", "_Branch"] | None = None

    @property
    def leaves(self) -> tuple["_Branch", ...]:
        return tuple(leaf for side in self.sides for leaf in side.leaves) if self.sides else (self,)

    @property
    def splits(self) -> tuple["_Branch", ...]:
        """Every node that is divided, this one first."""
        return (self, *(one for side in self.sides for one in side.splits)) if self.sides else ()


def _find_groups(
    people: People, features: Sequence[Feature], known: Floats, *, grow: npt.NDArray[np.bool_]
) -> list[tuple[Condition, ...]]:
    """Grown on the customers of `grow`, pruned by all others; thresholds have two digits, for people to say them."""
    tree = _grow(known[grow], people.needs[grow], features)
    asked = [split.sides for split in tree.splits if split.sides]
    real = _differ_really(asked, features, known[~grow], people.needs[~grow])
    means = {split.conditions: one for split, one in zip(tree.splits, real, strict=True)}
    return [leaf.conditions for leaf in _prune(tree, means).leaves]


def _prune(branch: _Branch, means: Mapping[tuple[Condition, ...], bool]) -> _Branch:
    """Without the splits that mean nothing and have none below them that do."""
    if not branch.sides:
        return branch
    left, right = (_prune(side, means) for side in branch.sides)
    if left.sides or right.sides or means[branch.conditions]:
        return _Branch(branch.conditions, (left, right))
    return _Branch(branch.conditions)


def _differ_really(
    asked: Sequence[tuple[_Branch, _Branch]], features: Sequence[Feature], known: Floats, needs: Floats
) -> list[bool]:
    """For each split whether its sides differ in any need: so surely that none of all is by chance (Holm)."""
    counts: list[tuple[Floats, Floats]] = []
    for sides in asked:
        inside = [_inside(side.conditions, features, known) for side in sides]
        counts += [(needs[who].sum(axis=0), np.full(needs.shape[1], float(who.sum()))) for who in inside]
    if not counts:
        return []
    left, right = counts[::2], counts[1::2]
    changes = compare_many_shares(_stacked(left), _stacked(right), level=SURELY, better="higher", correction="holm")
    told = np.array([_matters(one) for one in changes]).reshape(len(asked), -1)
    return [bool(row.any()) for row in told]


def _stacked(counts: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    return np.concatenate([k for k, _ in counts]), np.concatenate([n for _, n in counts])


def _matters(change: Change) -> bool:
    return change.is_real and abs(change.delta or 0.0) >= MATTERS


def _grow(known: Floats, needs: Floats, features: Sequence[Feature]) -> _Branch:
    from sklearn.tree import DecisionTreeRegressor  # noqa: PLC0415 - a second, which most never need

    spread = needs.std(axis=0)
    target = (needs - needs.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    least = max(int(SMALLEST * len(known)), 50)
    grown = DecisionTreeRegressor(max_leaf_nodes=MOST, min_samples_leaf=least, random_state=0).fit(known, target)
    return _read_tree(grown.tree_, 0, (), features)


def _read_tree(tree: Any, node: int, path: tuple[Condition, ...], features: Sequence[Feature]) -> _Branch:
    below, above = int(tree.children_left[node]), int(tree.children_right[node])
    if below < 0:
        return _Branch(path)
    sides = _split(features[tree.feature[node]], float(tree.threshold[node]))
    left, right = (
        _read_tree(tree, child, simplify((*path, side)), features)
        for child, side in zip((below, above), sides, strict=True)
    )
    return _Branch(path, (left, right))


def _split(feature: Feature, threshold: float) -> tuple[Condition, Condition]:
    if feature.value is not None:
        here = Condition(feature.trait, How.IS, feature.value)
        if feature.other is not None:
            return Condition(feature.trait, How.IS, feature.other), here
        return Condition(feature.trait, How.IS_NOT, feature.value), here
    edge = float(f"{threshold:.2g}")
    if feature.is_whole:  # "from 2" and not "from 1.5" referrals
        edge = float(math.ceil(edge))
    return Condition(feature.trait, How.UNDER, edge), Condition(feature.trait, How.FROM, edge)


def _assign(groups: Sequence[tuple[Condition, ...]], features: Sequence[Feature], known: Floats) -> Ints:
    """The number of each customer's group; the groups leave nobody out."""
    of = np.zeros(len(known), dtype=np.int64)
    for number, conditions in enumerate(groups):
        of[_inside(conditions, features, known)] = number
    return of


def _inside(conditions: Sequence[Condition], features: Sequence[Feature], known: Floats) -> npt.NDArray[np.bool_]:
    inside = np.ones(len(known), dtype=np.bool_)
    for one in conditions:
        inside &= _holds(one, features, known)
    return inside


def _holds(one: Condition, features: Sequence[Feature], known: Floats) -> npt.NDArray[np.bool_]:
    if isinstance(one.value, float):
        below: npt.NDArray[np.bool_] = known[:, features.index(Feature(one.trait))] < one.value
        return below if one.how is How.UNDER else ~below
    place = next(n for n, of in enumerate(features) if of.trait == one.trait and one.value in {of.value, of.other})
    carries: npt.NDArray[np.bool_] = known[:, place] == float(features[place].value == one.value)
    return carries if one.how is How.IS else ~carries


def _agree(here: Ints, there: Ints) -> float:
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415 - as above

    return float(adjusted_rand_score(here, there))


def _compare(of: Ints, needs: Floats, names: Sequence[str], groups: int) -> list[tuple[Differs, ...]]:
    """Per group the needs in which it really differs from everybody else."""
    sizes = np.bincount(of, minlength=groups).astype(np.float64)
    counts = np.stack([needs[of == number].sum(axis=0) for number in range(groups)])
    others = counts.sum(axis=0) - counts, (sizes.sum() - sizes)[:, None] + np.zeros_like(counts)
    own = counts, sizes[:, None] + np.zeros_like(counts)
    changes = compare_many_shares(
        (others[0].ravel(), others[1].ravel()), (own[0].ravel(), own[1].ravel()), better="higher"
    )
    listed = list(changes)
    found = []
    for number in range(groups):
        mine = listed[number * len(names) : (number + 1) * len(names)]
        real = [Differs(need, change) for need, change in zip(names, mine, strict=True) if _matters(change)]
        found.append(tuple(sorted(real, key=lambda one: -abs(one.change.delta or 0.0))))
    return found
