"""Customers who leave without a word: who of them is probably gone, and what the others will still buy.

Where no contract ends, nobody says goodbye; only purchases that stay away tell. The BG/NBD model needs three numbers a
customer: repeat purchases, the time of the last one, and the time they have been known.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from untilyes.stats import checks, wording
from untilyes.stats.checks import Floats
from untilyes.stats.results import Estimate
from untilyes.stats.shares import z_score
from untilyes.stats.told import Told, say


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """One entry a customer: repeat purchases, time of the last one and time known, both since the first purchase."""

    customers: npt.NDArray[np.str_]
    frequency: Floats
    recency: Floats
    age: Floats


def purchase_histories(customers: npt.ArrayLike, times: npt.ArrayLike, *, until: float) -> Histories:
    """Histories from purchases (rows,): `customers` names who, `times` when, in any unit; `until` ends the watching.

    Purchases at one time by one customer count as one; purchases after `until` are left out, with customers who first
    bought then. `frequency` is the number of distinct later times, 0 for those who bought once.

    >>> seen = purchase_histories(["a", "a", "b", "a"], [0, 3, 5, 3], until=10)
    >>> seen.frequency.tolist(), seen.recency.tolist(), seen.age.tolist()
    ([1.0, 0.0], [3.0, 0.0], [10.0, 5.0])
    """
    when = checks.vector(times, "times")
    who = np.asarray(customers).astype(str)
    checks.same_length(("customers", who), ("times", when))
    inside = when <= until
    names, place = np.unique(who[inside], return_inverse=True)
    pairs = np.unique(np.column_stack([place.astype(np.float64), when[inside]]), axis=0)
    at = pairs[:, 0].astype(np.int64)
    first, last = np.full(names.size, np.inf), np.full(names.size, -np.inf)
    np.minimum.at(first, at, pairs[:, 1])
    np.maximum.at(last, at, pairs[:, 1])
    repeats = np.bincount(at, minlength=names.size) - 1.0
    recency, age = (np.asarray(a, dtype=np.float64) for a in (last - first, until - first))
    return Histories(names, np.asarray(repeats, dtype=np.float64), recency, age)


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseModel(Told):
    """A fitted BG/NBD model: purchase rates are Gamma(r, α), the chance to stop after a purchase is Beta(a, b).

    `covariance` (4, 4) belongs to the logarithms of r, α, a, b.
    """

    r: Estimate
    alpha: Estimate
    a: Estimate
    b: Estimate
    covariance: Floats
    log_likelihood: float
    n: float
    unit: str

    @property
    def parameters(self) -> tuple[float, float, float, float]:
        """r, α, a, b."""
        r, alpha, a, b = (float(e.value or 0.0) for e in (self.r, self.alpha, self.a, self.b))
        return r, alpha, a, b

    def chance_active(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """The chance that each customer still buys, from arrays of one shape.

        ``1 / (1 + [x > 0] a/(b+x−1) ((α+T)/(α+t_x))^{r+x})``; 1 for those who bought once, for the model lets nobody
        stop before a second purchase.
        """
        return _active(self.parameters, *_history(frequency, recency, age))

    def expected_purchases(
        self, ahead: float, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike
    ) -> Floats:
        """Purchases expected of each customer in the next `ahead` units of time; see Fader et al. (2005), eq. 10."""
        return _ahead(self.parameters, ahead, *_history(frequency, recency, age))

    def expected_of_a_newcomer(self, ahead: npt.ArrayLike) -> Floats:
        """Repeat purchases expected of a new customer within `ahead`, their eq. 9."""
        t = checks.counts(ahead, "ahead")
        r, alpha, a, b = self.parameters
        share = (alpha / (alpha + t)) ** r * special.hyp2f1(r, b, a + b - 1, t / (alpha + t))
        return np.asarray((a + b - 1) / (a - 1) * (1 - share))

    def count_gone(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, *,
        rng: np.random.Generator | int, level: float = 0.95, draws: int = 200,
    ) -> Estimate:  # fmt: skip
        """How many of these customers are gone: the sum of chances, with parameter and sampling doubt.

        Percentiles over `draws` of the parameters from their normal distribution on the log scale, each with the
        Bernoulli variance of the customers.
        """
        history = _history(frequency, recency, age)
        chance = checks.generator(rng)
        centre = np.log(self.parameters)
        counts = []
        for drawn in chance.multivariate_normal(centre, self.covariance, draws):
            gone = 1 - _active(tuple(np.exp(drawn)), *history)
            counts.append(chance.normal(gone.sum(), np.sqrt((gone * (1 - gone)).sum())))
        low, high = np.clip(np.quantile(counts, [(1 - level) / 2, (1 + level) / 2]), 0, history[0].size)
        value = float((1 - _active(self.parameters, *history)).sum())
        return Estimate(
            value, min(float(low), value), max(float(high), value), history[0].size, "BG/NBD", level, "score"
        )

    def sentence(self, locale: str = "en") -> str:
        """How often an active customer buys and how likely they stop."""
        r, alpha, a, b = self.parameters
        every = f"{wording.number(alpha / r, 0 if alpha > 10 * r else 1, locale)} {self.unit}"
        return say("purchases.model", locale, every=every, stop_share=a / (a + b), n=self.n)


def fit_purchases(
    frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, *, level: float = 0.95, unit: str = "weeks"
) -> PurchaseModel:
    """Fit BG/NBD by maximum likelihood to histories of one entry a customer.

    ``L = A₁A₂(A₃ + [x>0]A₄)`` with ``A₁ = Γ(r+x)α^r/Γ(r)``, ``A₂ = Γ(a+b)Γ(b+x)/(Γ(b)Γ(a+b+x))``,
    ``A₃ = (α+T)^{−(r+x)}``, ``A₄ = a/(b+x−1) (α+t_x)^{−(r+x)}``; Newton-type steps on log parameters, scaled time.
    Intervals: Wald on the log scale from the observed information. `frequency` x are repeat purchases, `recency` t_x
    and `age` T times since the first purchase. Raises when nobody bought twice, or histories contradict themselves.
    Fader, Hardie & Lee (2005), Marketing Science 24:275.

    >>> x, t_x, age = [2, 1, 0, 0, 0, 7, 1, 0], [30.4, 1.7, 0, 0, 0, 29.4, 5.0, 0], [38.9] * 8
    >>> model = fit_purchases(x, t_x, age)
    >>> round(model.log_likelihood, 1), model.n
    (-42.2, 8.0)
    """
    x, last, known = _history(frequency, recency, age)
    if not x.size or x.max() == 0:
        raise ValueError("nobody bought twice, so nothing tells how often customers come back; watch for longer.")
    rows, counts = np.unique(np.column_stack([x, last, known]), axis=0, return_counts=True)
    scale = 10 / float(known.max())
    data = rows * np.array([1, scale, scale])

    def loss(logs: Floats) -> float:
        return -float(counts @ _log_likelihood(np.exp(logs), *data.T)) / x.size

    starts = [np.log([1.0, 1.0, 1.0, 1.0]), np.log([0.3, 1.0, 0.8, 2.5])]
    fits = [
        optimize.minimize(
            loss, start, method="L-BFGS-B", jac="3-point", bounds=[(-12, 12)] * 4, options={"ftol": 1e-15, "gtol": 1e-9}
        )
        for start in starts
    ]
    best = min(fits, key=lambda fit: float(fit.fun))
    logs = np.asarray(best.x, dtype=np.float64)
    covariance = _covariance(loss, logs, x.size)
    logs[1] -= np.log(scale)
    log_likelihood = float(counts @ _log_likelihood(np.exp(logs), *rows.T))
    arm = z_score(level) * np.sqrt(np.diag(covariance))
    low, value, high = np.exp([logs - arm, logs, logs + arm])
    named = [
        Estimate(float(value[i]), float(low[i]), float(high[i]), x.size, "BG/NBD", level, "") for i in range(logs.size)
    ]
    return PurchaseModel(named[0], named[1], named[2], named[3], covariance, log_likelihood, float(x.size), unit)


def _history(frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, last, known = (
        np.atleast_1d(checks.counts(value, name))
        for value, name in ((frequency, "frequency"), (recency, "recency"), (age, "age"))
    )
    checks.same_length(("frequency", x), ("recency", last), ("age", known))
    if (last > known).any():
        raise ValueError("recency cannot exceed age; both count from the first purchase, and watching ends after both.")
    if ((x == 0) != (last == 0)).any():
        raise ValueError("recency is 0 for those who bought once and above 0 for others; merge purchases of one time.")
    return x, last, known


def _log_likelihood(parameters: Floats, x: Floats, last: Floats, known: Floats) -> Floats:
    r, alpha, a, b = parameters
    first = special.gammaln(r + x) - special.gammaln(r) + r * np.log(alpha)
    second = special.gammaln(a + b) + special.gammaln(b + x) - special.gammaln(b) - special.gammaln(a + b + x)
    stays = -(r + x) * np.log(alpha + known)
    stopped = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + last)
    return np.asarray(first + second + np.where(x > 0, np.logaddexp(stays, stopped), stays))


def _active(parameters: tuple[float, ...], x: Floats, last: Floats, known: Floats) -> Floats:
    r, alpha, a, b = parameters
    odds = np.log(a / (b + np.maximum(x, 1) - 1)) + (r + x) * np.log((alpha + known) / (alpha + last))
    return np.asarray(np.where(x > 0, special.expit(-odds), 1.0))


def _ahead(parameters: tuple[float, ...], ahead: float, x: Floats, last: Floats, known: Floats) -> Floats:
    r, alpha, a, b = parameters
    t = float(checks.counts(ahead, "ahead"))
    shape = special.hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + known + t))
    share = ((alpha + known) / (alpha + known + t)) ** (r + x) * shape
    active = _active(parameters, x, last, known)
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - share) * active)


def _covariance(loss: Callable[[Floats], float], at: Floats, n: int) -> Floats:
    """The inverse of n times the Hessian by central differences; open where the data do not bend the likelihood."""
    step = 1e-4
    shifts = np.eye(at.size) * step
    hessian = np.array(
        [
            [
                (loss(at + i + j) - loss(at + i - j) - loss(at - i + j) + loss(at - i - j)) / (4 * step**2)
                for j in shifts
            ]
            for i in shifts
        ]
    )
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2 * n)
    return np.asarray((vectors / np.maximum(values, 1e-3)) @ vectors.T)
