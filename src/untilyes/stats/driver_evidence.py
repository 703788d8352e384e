"""What the data can and cannot tell about drivers: tests, resampled shares, ranks, letters."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.gram import Gram, correlations

Shares = Callable[[Floats], Floats]
_CELLS = 1 << 22


def block_p_values(gram: Gram, players: Sequence[Sequence[int]]) -> tuple[Floats, str]:
    """p-value of every driver given all others, shape (players,), and the name of the test.

    The classical F test of the block, `(ΔR²/m) / ((1 - R²) / (n - p - 1))`, and with at least 20 buckets the larger of
    its p and that of the Wald test with the delete-one-bucket jackknife covariance V of the coefficients b,
    `F = b'V⁻¹b (B - m) / (m (B - 1))` on (m, B - m) degrees of freedom. The Wald test is valid for unequal variances
    and several rows per customer; where few rated a part badly it finds small p far too often (their answers are alike
    by chance), which the F test does not. Taking the larger is what Angrist & Pischke (2009, Mostly Harmless
    Econometrics, 8.1) advise for standard errors.

    >>> x = np.arange(60.0)
    >>> gram = Gram.from_rows(np.column_stack([x, x % 2]), x + (x % 3), names=("slope", "parity"))
    >>> p, test = block_p_values(gram, [[0], [1]])
    >>> bool(p[0] < 0.001 < p[1]), test
    (True, 'F test and jackknife Wald, the larger p')
    """
    plain = _classical(gram, players)
    if gram.buckets < 20 or any(gram.buckets < 3 * len(player) + 10 for player in players):
        return plain, "F test"
    return np.maximum(plain, _wald(gram, players)), "F test and jackknife Wald, the larger p"


def _classical(gram: Gram, players: Sequence[Sequence[int]]) -> Floats:
    """The F test by way of the coefficients, b'C⁻¹b with C their covariance up to σ².

    That is ΔR² where no column is the sum of others; where one is (every comment has one topic), leaving a column out
    loses nothing, and what is tested is the coefficient of least norm: this topic against the usual one.
    """
    r = gram.correlation()
    inverse = np.linalg.pinv(r[:-1, :-1], hermitian=True)
    b = inverse @ r[:-1, -1]
    rest = gram.n - np.linalg.matrix_rank(r[:-1, :-1], hermitian=True) - 1
    unexplained = max((1 - float(b @ r[:-1, -1])) / rest, 1e-300)
    told = []
    for player in players:
        m, at = len(player), list(player)
        lost = b[at] @ np.linalg.pinv(inverse[np.ix_(at, at)], hermitian=True) @ b[at]
        told.append(float(stats.f.sf(lost / m / unexplained, m, rest)))
    return np.array(told)


def _wald(gram: Gram, players: Sequence[Sequence[int]]) -> Floats:
    buckets = gram.buckets
    left_out = _coefficients(gram.leave_one_out())
    spread = left_out - left_out.mean(axis=0)
    covariance = (buckets - 1) / buckets * spread.T @ spread
    b = _coefficients(gram.total[None])[0]
    told = []
    for player in players:
        m, at = len(player), list(player)
        w = b[at] @ np.linalg.pinv(covariance[np.ix_(at, at)], hermitian=True) @ b[at]
        told.append(float(stats.f.sf(w * (buckets - m) / (m * (buckets - 1)), m, buckets - m)))
    return np.array(told)


def _coefficients(grams: Floats) -> Floats:
    """Regression coefficients (standardized), (B, q, q) → (B, p)."""
    r = correlations(grams)
    inverse = np.linalg.pinv(r[:, :-1, :-1], hermitian=True)
    return np.asarray(np.einsum("bij,bj->bi", inverse, r[:, :-1, -1]))


def overall_p_value(gram: Gram) -> float:
    """p-value of "none of the drivers matters", by the F test of the whole model.

    >>> gram = Gram.from_correlation([[1, 0.5], [0.5, 1]], n=30, names=("speed",))
    >>> round(overall_p_value(gram), 4)
    0.0049
    """
    p = len(gram.names)
    return float(_classical(gram, [range(p)])[0])


def resampled_shares(gram: Gram, shares: Shares, *, times: int, rng: np.random.Generator, size: int) -> Floats:
    """`shares` of `times` bootstrap samples of buckets, (times, players); `size` numbers are held per sample.

    >>> gram = Gram.from_rows([[0], [1], [2], [4]], [0, 1, 3, 4], names=("speed",))
    >>> rng = np.random.default_rng(1)
    >>> resampled_shares(gram, lambda r: r[..., :-1, -1] ** 2, times=3, rng=rng, size=1).shape
    (3, 1)
    """
    chunk = max(1, _CELLS // size)
    parts = []
    for start in range(0, times, chunk):
        grams = gram.resample(min(chunk, times - start), rng)
        parts.append(shares(correlations(grams)))
    return np.concatenate(parts)


def jackknife_intervals(gram: Gram, shares: Shares, level: float) -> tuple[Floats, Floats, Floats]:
    """Value, low and high of every share of R² from leaving one bucket out, on the logit scale; (players,) each.

    `SE² = (B-1)/B Σ (θ_(-b) - mean)²` (Quenouille-Tukey), `t` on B - 1 degrees of freedom; the logit keeps
    the interval inside 0..1.

    >>> rng = np.random.default_rng(7)
    >>> x = rng.normal(size=(200, 2))
    >>> gram = Gram.from_rows(x, x[:, 0] + rng.normal(size=200), names=("speed", "tone"))
    >>> value, low, high = jackknife_intervals(gram, lambda r: r[..., :-1, -1] ** 2, 0.95)
    >>> bool((low < value).all() and (value < high).all())
    True
    """
    value = shares(correlations(gram.total[None]))[0]
    logits = _logit(shares(correlations(gram.leave_one_out())))
    variance = (gram.buckets - 1) / gram.buckets * ((logits - logits.mean(axis=0)) ** 2).sum(axis=0)
    arm = stats.t.ppf((1 + checks.level(level)) / 2, gram.buckets - 1) * np.sqrt(variance)
    centre = _logit(value)
    return value, _expit(centre - arm), _expit(centre + arm)


def _logit(x: Floats) -> Floats:
    inside = np.clip(x, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(inside / (1 - inside)))


def _expit(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def rank_ranges(samples: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Best and worst plausible rank of every driver over resamples (times, k) → (k,) each; 1 is strongest.

    >>> [r.tolist() for r in rank_ranges([[0.5, 0.2], [0.4, 0.3], [0.6, 0.1]])]
    [[1.0, 2.0], [1.0, 2.0]]
    """
    drawn = checks.matrix(samples, "samples")
    ranks = 1 + (drawn[:, None, :] > drawn[:, :, None]).sum(axis=2)
    tail = (1 - checks.level(level)) / 2
    return (
        np.quantile(ranks, tail, axis=0, method="inverted_cdf").astype(np.float64),
        np.quantile(ranks, 1 - tail, axis=0, method="inverted_cdf").astype(np.float64),
    )


def letters(samples: npt.ArrayLike, level: float = 0.95) -> tuple[str, ...]:
    """Letters per driver: two drivers without a common letter are told apart, from resamples (times, k).

    i and j differ when one beats the other in at least `(1 + level) / 2` of the resamples, as in relaimpo.
    The letters are the maximal sets of drivers of which no two differ (Piepho 2004, insert and absorb).

    >>> letters([[0.5, 0.2, 0.21], [0.4, 0.3, 0.29], [0.6, 0.1, 0.12]])
    ('a', 'b', 'b')
    """
    drawn = checks.matrix(samples, "samples")
    wins = (drawn[:, :, None] > drawn[:, None, :]).mean(axis=0)
    differ = wins >= (1 + checks.level(level)) / 2
    sets: list[frozenset[int]] = [frozenset(range(drawn.shape[1]))]
    for i, j in np.argwhere(differ):
        split = [s - {int(out)} if {int(i), int(j)} <= s else s for s in sets for out in (i, j)]
        unique = list(dict.fromkeys(split))
        sets = [s for s in unique if not any(s < other for other in unique)]
    middle = np.median(drawn, axis=0)
    sets.sort(key=lambda s: -max(middle[k] for k in s))
    return tuple("".join(_letter(at) for at, members in enumerate(sets) if k in members) for k in range(drawn.shape[1]))


def _letter(place: int) -> str:
    return chr(ord("a") + place) if place < 26 else f"a{place}"
