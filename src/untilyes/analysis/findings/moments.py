"""When the level of a weekly share changed for good, and how sure that is."""

from zlib import crc32

import numpy as np
import numpy.typing as npt

from untilyes.stats.changepoints import Shift, find_shift_in_shares

WEEKS_A_MONTH = 52.18 / 12
DRAWS = (99, 999, 19_999)


def find_moment(k: npt.ArrayLike, n: npt.ArrayLike, *, key: str) -> Shift:
    """The likeliest moment, with more permutations the smaller p turns out: most things need few to be left alone.

    Stopping once ten permutations were as strong keeps p valid (Besag & Clifford 1991, Biometrika 78). The key is the
    seed, so that the same facts give the same answer.
    """
    for draws in DRAWS:
        found = find_shift_in_shares(k, n, rng=np.random.default_rng(crc32(key.encode())), draws=draws)
        if found.p > 10 / (1 + draws):
            break
    return found
