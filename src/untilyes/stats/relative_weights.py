"""Importance without subsets: Johnson's relative weights, and the classical single-pass measures.

Relative weights cost one eigendecomposition, so they serve hundreds of drivers and live screens; on
well-behaved data they stay within a few points of LMG (Thomas et al. 2014 criticise the theory: read close
calls with care).
"""

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats


def relative_weights(correlation: npt.ArrayLike) -> Floats:
    """Johnson's relative weights (2000), the same numbers as Genizi's (1993): (…, p + 1, p + 1) → (…, p).

    `R_xx = V D V'`, `Λ = V D^½ V'`, `β = Λ⁻¹ r_xy`, `w = Λ² β²` (squares by element); outcome in the last
    column. The weights are never negative and sum to R². Exactly dependent drivers share what they have in
    common.

    >>> relative_weights([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.36, 0.25]
    """
    root, inverse, r = square_root(correlation)
    beta = np.einsum("...ij,...j->...i", inverse, r)
    return np.asarray(np.einsum("...ij,...j->...i", root**2, beta**2))


def car_scores(correlation: npt.ArrayLike) -> Floats:
    """Squared CAR scores (Zuber & Strimmer 2011), `(R_xx^-½ r_xy)²`; they sum to R².

    >>> car_scores([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.36, 0.25]
    """
    _, inverse, r = square_root(correlation)
    return np.asarray(np.einsum("...ij,...j->...i", inverse, r) ** 2)


def standardized_betas(correlation: npt.ArrayLike) -> Floats:
    """Standardized coefficients `R_xx⁻¹ r_xy`, (…, p + 1, p + 1) → (…, p); least-norm when dependent.

    >>> standardized_betas([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.6, 0.5]
    """
    _, inverse, r = square_root(correlation)
    return np.asarray(np.einsum("...ij,...jk,...k->...i", inverse, inverse, r))


def first(correlation: npt.ArrayLike) -> Floats:
    """What each driver explains alone: squared correlations, so shared ground counts repeatedly.

    >>> first([[1, 0.5, 0.6], [0.5, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.36, 0.25]
    """
    return np.asarray(checks.matrix(correlation, "correlations", square=True)[:-1, -1] ** 2)


def last(correlation: npt.ArrayLike) -> Floats:
    """What each driver adds to all others: `β_j² / (R_xx⁻¹)_jj`, so shared ground counts never.

    >>> last([[1, 0.5, 0.6], [0.5, 1, 0.5], [0.6, 0.5, 1]]).round(4).tolist()
    [0.1633, 0.0533]
    """
    r = checks.matrix(correlation, "correlations", square=True)
    inverse = np.linalg.pinv(r[:-1, :-1], hermitian=True)
    return np.asarray((inverse @ r[:-1, -1]) ** 2 / np.diag(inverse))


def betasq(correlation: npt.ArrayLike) -> Floats:
    """Squared standardized coefficients, (p + 1, p + 1) → (p,). They do not sum to R² when drivers correlate.

    >>> betasq([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.36, 0.25]
    """
    return np.asarray(standardized_betas(correlation) ** 2)


def pratt(correlation: npt.ArrayLike) -> Floats:
    """Pratt's `β_j r_jy` (1987), (p + 1, p + 1) → (p,). Sums to R²; a negative value marks a suppressor.

    >>> pratt([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]]).round(2).tolist()
    [0.36, 0.25]
    """
    r = checks.matrix(correlation, "correlations", square=True)
    return np.asarray(standardized_betas(r) * r[:-1, -1])


def square_root(correlation: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """`R_xx^½`, its pseudo-inverse `R_xx^-½`, and r_xy, of correlations (…, p + 1, p + 1) with the outcome last.

    >>> root, inverse, r = square_root([[1, 0, 0.6], [0, 1, 0.5], [0.6, 0.5, 1]])
    >>> root.tolist(), r.tolist()
    ([[1.0, 0.0], [0.0, 1.0]], [0.6, 0.5])
    """
    r = checks.finite(correlation, "correlations")
    values, vectors = np.linalg.eigh(r[..., :-1, :-1])
    roots = np.sqrt(np.clip(values, 0, None))
    usable = values > 1e-10
    inverse = np.where(usable, 1 / np.where(usable, roots, 1.0), 0.0)
    turn = np.swapaxes(vectors, -1, -2)
    return (vectors * roots[..., None, :]) @ turn, (vectors * inverse[..., None, :]) @ turn, r[..., :-1, -1]
