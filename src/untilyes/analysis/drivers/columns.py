"""Columns of a Gram matrix: some of them, those that belong together, and which way each goes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from untilyes.stats.driver_results import Direction, Driver, Drivers
from untilyes.stats.gram import Gram
from untilyes.stats.relative_weights import standardized_betas


def keep_columns(gram: Gram, names: Sequence[str]) -> Gram:
    """The Gram matrices of some of the columns."""
    at = [0, *(1 + gram.names.index(name) for name in names), len(gram.names) + 1]
    return Gram(tuple(names), gram.matrices[:, at][:, :, at], gram.outcome)


def group_columns(names: Sequence[str]) -> dict[str, list[str]]:
    """Columns that are one metric: the levels of a block, a rating and whether it was given."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in names:
        block, is_level, _ = name.partition("=")
        if is_level:
            groups[block].append(name)
        elif name.endswith("?") and name[:-1] in names:
            groups[name[:-1]] = [name[:-1], name]
    return dict(groups)


def give_directions(found: Drivers, gram: Gram, groups: Mapping[str, Sequence[str]]) -> Drivers:
    """A rating that not everybody gave goes the way it goes among those who gave it."""
    r = gram.correlation()
    betas = standardized_betas(r)

    def turn(one: Driver) -> Driver:
        if one.name not in gram.names or one.name not in groups:
            return one
        at = gram.names.index(one.name)
        alone, beside = float(r[at, -1]), float(betas[at])
        way = Direction.SUPPRESSOR if alone * beside < 0 else Direction.UP if beside >= 0 else Direction.DOWN
        return replace(one, direction=way, correlation=alone, beta=beside)

    return replace(found, drivers=tuple(turn(one) for one in found.drivers))
