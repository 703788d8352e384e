"""What the tests of the statistics share: reading results that may be undefined, and calls that must be refused."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from untilyes.stats.results import Change, Estimate

Floats = npt.NDArray[np.float64]
Call = Callable[[], object]
"""Something to be tried, without arguments."""


def known(x: float | None) -> float:
    """A number that must be there."""
    assert x is not None
    return x


def ends(result: Estimate | Change) -> tuple[float, float]:
    """Low and high, which must be there."""
    return known(result.low), known(result.high)


def three(estimate: Estimate) -> tuple[float, float, float]:
    """Value, low and high, which must be there."""
    return known(estimate.value), known(estimate.low), known(estimate.high)
