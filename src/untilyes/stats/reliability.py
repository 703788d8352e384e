"""Does a scale hold together? Cronbach's α, McDonald's ω, and what each item does to them.

Three lines of NumPy stand in for pingouin, which is GPL-3 and so cannot be a dependency of an Apache-2.0 product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.told import Note, Told, note, paragraph, say, spread

ACCEPTABLE = 0.7


@dataclass(frozen=True, slots=True)
class Item(Told):
    """One item of a scale: its correlation with the sum of the other items, and α without it (None for two items)."""

    name: str
    item_rest: float
    alpha_without: float | None

    def sentence(self, locale: str = "en") -> str:
        """How the item goes with the others."""
        return say("scale.item", locale, name=self.name, correlation=self.item_rest)


@dataclass(frozen=True, slots=True)
class Reliability(Told):
    """How well the items of one scale measure one thing.

    `alpha` has Feldt's interval. `standardized` is α of the correlations, `lambda6` Guttman's λ₆, `mean_r` the mean
    correlation of two items. `n` respondents answered every item. `notes` say what is wrong, if anything.
    """

    alpha: Estimate
    standardized: float
    lambda6: float
    mean_r: float
    items: tuple[Item, ...]
    n: int
    notes: tuple[Note, ...]

    @property
    def holds(self) -> bool:
        """Whether the items may be averaged into one bar."""
        return not self.notes

    def sentence(self, locale: str = "en") -> str:
        """α, and what is wrong with the scale if anything."""
        return paragraph([say("scale.alpha", locale, alpha=spread(self.alpha, locale)), *self.notes], locale)


def cronbach_alpha(covariance: npt.ArrayLike) -> float:
    """`α = k/(k-1) · (1 - Σ var_i / var_total)` from the covariance matrix of k ≥ 2 items (Cronbach 1951).

    >>> round(cronbach_alpha(np.full((10, 10), 0.4) + 0.6 * np.eye(10)), 6)
    0.869565
    """
    c = checks.matrix(covariance, "covariance", square=True)
    k, total = len(c), float(c.sum())
    if k < 2:
        raise ValueError("reliability needs at least two items; a single item has no inner consistency to check.")
    if total <= 0:
        raise ValueError("the items cancel each other out; turn negatively worded items around first.")
    return k / (k - 1) * (1 - float(np.trace(c)) / total)


def alpha_interval(alpha: float, n: int, k: int, *, level: float = 0.95) -> Estimate:
    """Feldt's (1965) exact interval of α: `1 - (1-α) F_{1∓…}` with F on n - 1 and (n - 1)(k - 1) degrees of freedom.

    >>> interval = alpha_interval(0.8431, 30, 7)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.739, 0.916)
    """
    if n < 3 or k < 2:
        raise ValueError(f"an interval of α needs at least 3 respondents and 2 items, not {n} and {k}.")
    tail = (1 - checks.level(level)) / 2
    degrees = (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * float(stats.f.ppf(q, *degrees)) for q in (1 - tail, tail))
    return Estimate(alpha, low, high, n, "Feldt", level, "score")


def scale_reliability(
    answers: npt.ArrayLike, names: Sequence[str] | None = None, *, level: float = 0.95
) -> Reliability:
    """Reliability of one scale from answers (respondents, items); NaN rows are left out and n says so.

    Items must already point the same way. Raises ValueError for fewer than 3 complete respondents or a constant item.

    >>> answers = [[1, 2, 1], [2, 2, 3], [4, 5, 4], [5, 4, 5], [3, 3, 3], [2, 1, 2]]
    >>> print(scale_reliability(answers, ("kind", "quick", "clear")))
    The scale holds together: α = 0.94, between 0.76 and 0.99 (n = 6)
    """
    rows = complete_rows(answers)
    k = rows.shape[1]
    labels = tuple(names) if names is not None else tuple(str(i + 1) for i in range(k))
    for column, label in zip(rows.T, labels, strict=True):
        checks.varies(column, f"item {label}")
    covariance, r = np.cov(rows.T), np.corrcoef(rows.T)
    alpha = cronbach_alpha(covariance)
    total = rows.sum(axis=1)
    items = tuple(
        Item(
            label,
            float(np.corrcoef(rows[:, i], total - rows[:, i])[0, 1]),
            _alpha_without(covariance, i) if k > 2 else None,
        )
        for i, label in enumerate(labels)
    )
    mean_r = float((r.sum() - k) / (k * (k - 1)))
    standardized = k * mean_r / (1 + (k - 1) * mean_r)
    return Reliability(
        alpha_interval(alpha, len(rows), k, level=level),
        standardized,
        guttman_lambda6(r),
        mean_r,
        items,
        len(rows),
        _notes(alpha, items),
    )


def complete_rows(answers: npt.ArrayLike) -> Floats:
    """Rows without NaN of a (respondents, items) table; at least three, or ValueError.

    >>> complete_rows([[1, 2], [3, np.nan], [2, 2], [4, 5]]).shape
    (3, 2)
    """
    table = np.asarray(answers, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError(f"answers must be respondents × items, not of shape {table.shape}.")
    rows = checks.finite(table[~np.isnan(table).any(axis=1)], "answers")
    if len(rows) < 3:
        raise ValueError(f"{len(rows)} respondents answered every item, at least 3 are needed; wait for more.")
    return rows


def _alpha_without(covariance: Floats, item: int) -> float | None:
    kept = np.delete(np.delete(covariance, item, 0), item, 1)
    return cronbach_alpha(kept) if kept.sum() > 0 else None


def guttman_lambda6(correlation: npt.ArrayLike) -> float:
    """Guttman's λ₆ (1945), "G6": `1 - Σ (1 - smc_i) / Σ r_ij`, smc the squared multiple correlation of an item.

    >>> round(guttman_lambda6(np.full((3, 3), 0.5) + 0.5 * np.eye(3)), 4)
    0.6667
    """
    r = checks.matrix(correlation, "correlations", square=True)
    unique = 1 / np.diag(np.linalg.pinv(r, hermitian=True))
    return float(1 - unique.sum() / r.sum())


def _notes(alpha: float, items: tuple[Item, ...]) -> tuple[Note, ...]:
    against = tuple(item.name for item in items if item.item_rest < 0)
    loose = tuple(item.name for item in items if 0 <= item.item_rest < 0.3)
    notes = []
    if against:
        notes.append(note("scale.reversed", items=against))
    if alpha < ACCEPTABLE:
        notes.append(note("scale.weak", limit=ACCEPTABLE))
    if loose:
        notes.append(note("scale.loose", items=loose))
    return tuple(notes)


def omega(
    answers: npt.ArrayLike, *, level: float = 0.95, times: int = 500, rng: np.random.Generator | int | None = 0
) -> Estimate:
    """McDonald's ω of a one-factor model, with a bootstrap interval over respondents; answers (respondents, items).

    `ω = (Σ λ)² / ((Σ λ)² + Σ ψ)`, loadings λ and uniquenesses ψ by maximum likelihood (Jöreskog 1967; McDonald
    1999). Unlike α it does not assume that all items load alike. Needs at least 3 items.

    >>> rng = np.random.default_rng(4)
    >>> answers = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    >>> interval = omega(answers, times=200)
    >>> interval.low < interval.value < interval.high
    True
    """
    rows = complete_rows(answers)
    if rows.shape[1] < 3:
        raise ValueError("ω needs at least three items; with two the factor is not determined, use α.")
    for i, column in enumerate(rows.T):
        checks.varies(column, f"item {i + 1}")
    generator = checks.generator(rng)
    drawn = [_resampled_omega(rows[generator.integers(0, len(rows), len(rows))]) for _ in range(times)]
    known = np.array([w for w in drawn if w is not None])
    tails = [(1 - checks.level(level)) / 2, (1 + level) / 2]
    low, high = np.quantile(known, tails).tolist()
    return Estimate(_omega(np.cov(rows.T)), low, high, len(rows), "one factor ML, bootstrap", level, "score")


def _resampled_omega(rows: Floats) -> float | None:
    return None if (np.ptp(rows, axis=0) == 0).any() else _omega(np.cov(rows.T))


def _omega(covariance: Floats) -> float:
    scale = np.sqrt(np.diag(covariance))
    loadings, uniqueness = one_factor(covariance / np.outer(scale, scale))
    common = float((scale * loadings).sum() ** 2)
    return common / (common + float(scale**2 @ uniqueness))


def one_factor(correlation: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Loadings and uniquenesses (k,) of the one-factor model of a correlation matrix, by maximum likelihood.

    Minimizes Jöreskog's `f(ψ) = Σ_{j>1} (θ_j - log θ_j - 1)` over the eigenvalues θ of `ψ^-½ R ψ^-½`; uniquenesses
    are held above 0.005 (Heywood cases).

    >>> loadings, uniqueness = one_factor(np.full((3, 3), 0.49) + 0.51 * np.eye(3))
    >>> loadings.round(3).tolist(), uniqueness.round(3).tolist()
    ([0.7, 0.7, 0.7], [0.51, 0.51, 0.51])
    """
    r = checks.matrix(correlation, "correlations", square=True)
    smc = 1 / np.diag(np.linalg.pinv(r, hermitian=True))
    start = np.clip(smc, 0.05, 0.95)

    def misfit(psi: Floats) -> tuple[float, Floats]:
        values, vectors = np.linalg.eigh(r / np.sqrt(np.outer(psi, psi)))
        rest = np.maximum(values[:-1], 1e-12)
        slope = -(vectors[:, :-1] ** 2 @ (rest - 1)) / psi
        return float((rest - np.log(rest) - 1).sum()), slope

    found = optimize.minimize(misfit, start, jac=True, bounds=[(0.005, 1.0)] * len(r), method="L-BFGS-B")
    psi = np.asarray(found.x)
    values, vectors = np.linalg.eigh(r / np.sqrt(np.outer(psi, psi)))
    loadings = np.sqrt(psi * max(values[-1] - 1, 0.0)) * vectors[:, -1]
    return np.asarray(loadings * np.sign(loadings.sum() or 1.0)), psi


def difference_reliability(r_pp: float, r_ee: float, r_pe: float) -> float:
    """Reliability of perception minus expectation: `(r_PP + r_EE - 2 r_PE) / (2 - 2 r_PE)`, equal variances assumed.

    `r_pp` and `r_ee` are the reliabilities of the parts, `r_pe` their correlation. Below the mean of its parts
    whenever they correlate positively: the core criticism of gap scores (Peter, Churchill & Brown 1993).

    >>> round(difference_reliability(0.8, 0.8, 0.5), 3)
    0.6
    """
    for x, name in ((r_pp, "r_pp"), (r_ee, "r_ee"), (r_pe, "r_pe")):
        if not -1 <= x <= 1:
            raise ValueError(f"{name} must lie between -1 and 1, not {x!r}.")
    if r_pe == 1:
        raise ValueError("perception and expectation are the same column; their difference measures nothing.")
    return (r_pp + r_ee - 2 * r_pe) / (2 - 2 * r_pe)


def straight_liners(answers: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Who gave one and the same answer everywhere: (respondents, items) → (respondents,). NaN is no answer.

    Two answers or fewer prove nothing and are not called straight-lining.

    >>> straight_liners([[7, 7, 7], [7, 6, 7], [7, np.nan, np.nan]]).tolist()
    [True, False, False]
    """
    table = np.asarray(answers, dtype=np.float64)
    given = ~np.isnan(table)
    low = np.where(given, table, np.inf).min(axis=1)
    high = np.where(given, table, -np.inf).max(axis=1)
    return np.asarray((given.sum(axis=1) >= 3) & (low == high))
