"""Where along an operational number do customers start to say no, and what does crossing that place cost?

A found place stands beside the contractual one: "you promise 48 h, customers turn at 20". What follows crossing is an
association; the customers beyond may differ in other ways too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.changes import newcombe
from untilyes.stats.checks import Floats
from untilyes.stats.logit import expit, fit_logit, with_intercept
from untilyes.stats.results import Estimate
from untilyes.stats.shapes import grouped
from untilyes.stats.shares import estimate_share, z_score
from untilyes.stats.told import Told, say

_MOST_PLACES = 100
_NOTHING = 1e-9
_FIRST_DRAWS, _ENOUGH = 1_000, 400


@dataclass(frozen=True, slots=True)
class Crossing(Told):
    """The two sides of a place: shares of yes up to it and beyond, and what lies between.

    `gap` is within minus beyond (share), `lost` how many more would have said yes beyond had they said it as often.
    """

    at: float
    within: Estimate
    beyond: Estimate
    gap: Estimate
    lost: Estimate

    def sentence(self, locale: str = "en") -> str:
        """Both shares and the yeses between them."""
        return say("crossing.cost", locale, at=self.at, within=self.within, beyond=self.beyond, lost=self.lost)


@dataclass(frozen=True, slots=True)
class Threshold(Told):
    """The place where the share of yes turns. `at` has its interval and the unit of x.

    `p` tests whether yes depends on x at all (of `kind`), `p_bend` whether it turns at a place rather than going
    along a straight line; `slope` is the change of the log-odds per unit beyond a knee (a step: at once),
    undefined where the few answers beyond are all alike. The interval of `crossing.gap` holds the gap at every
    plausible place.
    """

    kind: str
    at: Estimate
    slope: Estimate
    crossing: Crossing
    p: float
    p_bend: float

    @property
    def is_real(self) -> bool:
        """Whether there is a place at all."""
        return max(self.p, self.p_bend) <= 1 - self.at.level

    def sentence(self, locale: str = "en") -> str:
        """The place; or a slope without a place; or nothing shown."""
        if self.is_real:
            facts = {"at": self.at, "within": self.crossing.within, "beyond": self.crossing.beyond}
            return say(f"threshold.{self.kind}", locale, **facts)
        kind = "threshold.slope" if self.p <= 1 - self.at.level else "threshold.none"
        return say(kind, locale, n=self.at.n)


def find_knee(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, rng: np.random.Generator | int,
    level: float = 0.95, unit: str = "score", draws: int = 20_000,
) -> Threshold:  # fmt: skip
    """The value of x from which the share of yes starts to move: flat before, a slope beyond.

    ``logit P(yes | x) = b₀ + b₁ (x − c)₊``; c maximises the profile likelihood ``l(c)`` and its interval is
    ``{c : 2 (l_max − l(c)) ≤ χ²₁}``. p-values: the largest score statistic over all c against its simulated null
    distribution, for c does not exist under the null hypothesis (Davies 1987; Hansen 1996, Econometrica 64).
    `x` (rows,), `yes` (rows,) of `n` (rows,), at least four distinct x. Hudson (1966), JASA 61; Muggeo (2003).

    >>> minutes = np.arange(0, 60, 2.0)
    >>> share = 1 / (1 + np.exp(-(2 - 0.08 * np.maximum(minutes - 20, 0))))
    >>> knee = find_knee(minutes, np.round(500 * share), np.full(30, 500), rng=1, unit="minutes")
    >>> print(knee)
    No starts at 20 minutes, give or take 2 (n = 15,000): up to there 88.0 %, give or take 0.9 (n = 5,500) \
say yes, beyond 58 %, give or take 1 (n = 9,500)
    """
    return _find("knee", _hinge, x, yes, n, checks.generator(rng), level, unit, draws)


def find_step(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, rng: np.random.Generator | int,
    level: float = 0.95, unit: str = "score", draws: int = 20_000,
) -> Threshold:  # fmt: skip
    """The value of x beyond which the share of yes is another one at once; see `find_knee` for the method.

    ``logit P(yes | x) = b₀ + b₁ [x > c]``. Miller & Siegmund (1982), Biometrics 38 (maximally selected chi-square).

    >>> step = find_step(range(10), [80] * 6 + [60] * 4, [100] * 10, rng=1, unit="days")
    >>> step.at.value, step.is_real, round(step.crossing.gap.value, 2)
    (5.0, True, 0.2)
    """
    return _find("step", _step, x, yes, n, checks.generator(rng), level, unit, draws)


def cost_of_crossing(
    x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None = None, *, at: float, level: float = 0.95
) -> Crossing:
    """What lies on the two sides of a given place, such as the target that was promised.

    Gap ``p(x ≤ at) − p(x > at)`` with Newcombe's interval; lost yeses ``n_beyond × gap``. Undefined when nobody is on
    one side. Newcombe (1998), Statistics in Medicine 17:873.

    >>> print(cost_of_crossing([1, 2, 3, 4], [90, 90, 70, 60], [100] * 4, at=2))
    Up to 2, 90 %, plausibly 85 to 93 (n = 200) say yes, beyond 65 %, give or take 7 (n = 200): \
50, give or take 16 (n = 200) lost
    """
    return _crossing(grouped(x, yes, n), at, (at,), checks.level(level))


_Column = Callable[[Floats, float], Floats]


def _hinge(x: Floats, place: float) -> Floats:
    return np.maximum(x - place, 0.0)


def _step(x: Floats, place: float) -> Floats:
    return (x > place).astype(np.float64)


def _find(
    kind: str, column: _Column, x: npt.ArrayLike, yes: npt.ArrayLike, n: npt.ArrayLike | None,
    rng: np.random.Generator, level: float, unit: str, draws: int,
) -> Threshold:  # fmt: skip
    place, k, total = rows = grouped(x, yes, n)
    if place.size < 4:
        raise ValueError(f"{place.size} distinct values hold no turning place; collect x as it was measured.")
    if not 0 < k.sum() < total.sum():
        raise ValueError("the answers are all one class; it takes both yes and no to find where one turns.")
    places = _places(kind, place, total)
    columns = np.column_stack([column(place, c) for c in places])
    flat, line = np.zeros((place.size, 0)), place[:, None]
    p, p_bend = (_largest_score(null, columns, k, total, rng, draws) for null in (flat, line))
    profile = _profile(columns, k, total)
    best = int(profile.argmax())
    inside = places[profile.max() - profile <= z_score(level) ** 2 / 2]
    low, high = _plausible(kind, places, profile, place, level)
    answers = float(total.sum())
    at = Estimate(float(places[best]), low, high, answers, f"{kind}, profile", level, unit)
    slope = _slope(columns[:, [best]], k, total, level)
    return Threshold(kind, at, slope, _crossing(rows, float(places[best]), tuple(inside), level), p, p_bend)


def _slope(column: Floats, k: Floats, n: Floats, level: float) -> Estimate:
    """Log-odds per unit with Wald's interval; undefined where the few answers beyond are all alike."""
    answers = float(n.sum())
    try:
        fit = fit_logit(column, k, n)
    except ValueError:
        return Estimate(None, None, None, answers, "logistic", level, "score")
    value, arm = float(fit.coefficients[1]), z_score(level) * float(fit.errors[1])
    return Estimate(value, value - arm, value + arm, answers, "logistic", level, "score")


def _places(kind: str, x: Floats, n: Floats) -> Floats:
    """Where it may turn, at most 100 places inside the outer 2 % of answers; a step turns at values of x only."""
    middle = (np.cumsum(n) - n / 2) / n.sum()
    allowed = x[1:-1][(middle[1:-1] >= 0.02) & (middle[1:-1] <= 0.98)]
    if allowed.size == 0:
        allowed = x[1:-1]
    if kind == "knee":
        between = np.linspace(allowed[0], allowed[-1], _MOST_PLACES if allowed.size > 1 else 1)
        return np.asarray(between, dtype=np.float64)
    chosen = np.unique(np.linspace(0, allowed.size - 1, _MOST_PLACES).round().astype(np.int64))
    return np.asarray(allowed[chosen], dtype=np.float64)


def _profile(columns: Floats, k: Floats, n: Floats) -> Floats:
    """The largest log-likelihoods of `logit P = b₀ + b₁ column`, one a column of (rows, places), by Newton steps."""
    x = columns / np.maximum(np.abs(columns).max(axis=0), 1e-300)
    b = np.zeros((2, x.shape[1]))
    b[0] = np.log(k.sum() / (n.sum() - k.sum()))

    def likelihood(b: Floats) -> Floats:
        eta = b[0] + b[1] * x
        return np.asarray(k @ eta - n @ np.logaddexp(0, eta), dtype=np.float64)

    now = likelihood(b)
    for _ in range(30):
        p = expit(b[0] + b[1] * x)
        miss, weight = k[:, None] - n[:, None] * p, n[:, None] * p * (1 - p)
        score = np.array([miss.sum(axis=0), (x * miss).sum(axis=0)])
        i0, i1, i2 = weight.sum(axis=0), (x * weight).sum(axis=0), (x * x * weight).sum(axis=0)
        step = np.array([i2 * score[0] - i1 * score[1], i0 * score[1] - i1 * score[0]])
        step /= np.maximum(i0 * i2 - i1 * i1, 1e-12 * np.maximum(i0 * i2, 1e-300))
        then = likelihood(b + step)
        for _ in range(20):
            worse = then < now - 1e-12
            if not worse.any():
                break
            step[:, worse] /= 2
            then = likelihood(b + step)
        better = then > now
        b, gain = np.where(better, b + step, b), np.max(np.where(better, then - now, 0.0))
        now = np.maximum(now, then)
        if gain < 1e-10:
            break
    return now


def _plausible(kind: str, places: Floats, profile: Floats, x: Floats, level: float) -> tuple[float, float]:
    """The ends of the likelihood interval: between places for a knee, up to the next value of x for a step."""
    beyond = profile.max() - profile - z_score(level) ** 2 / 2
    inside = np.flatnonzero(beyond <= 0)
    first, last = int(inside[0]), int(inside[-1])
    if kind == "step":
        return float(places[first]), float(x[min(int(np.searchsorted(x, places[last])) + 1, x.size - 1)])

    def edge(within: int, outside: int) -> float:
        part = beyond[within] / (beyond[within] - beyond[outside])
        return float(places[within] + part * (places[outside] - places[within]))

    low = edge(first, first - 1) if first else float(places[0])
    return low, edge(last, last + 1) if last + 1 < places.size else float(places[-1])


def _largest_score(null: Floats, columns: Floats, k: Floats, n: Floats, rng: np.random.Generator, draws: int) -> float:
    """How often chance alone makes the largest of the columns' score statistics as large, given the null model.

    At most `draws` are drawn, fewer where chance soon does so often (Besag & Clifford 1991, Biometrika 78).
    """
    fit = fit_logit(null, k, n)
    design = with_intercept(null)
    share = expit(design @ fit.coefficients)
    weight = n * share * (1 - share)
    root = np.sqrt(weight)[:, None]
    basis = np.linalg.qr(design * root)[0]
    scaled = columns * root
    left = scaled - basis @ (basis.T @ scaled)
    size = np.linalg.norm(left, axis=0)
    used = size > 1e-8 * np.linalg.norm(scaled, axis=0)
    if not used.any():
        return 1.0
    unit = left[:, used] / size[used]
    seen = np.abs(((k - n * share) / root[:, 0]) @ unit).max()
    values, vectors = np.linalg.eigh(unit.T @ unit)
    # Neighbouring places are nearly one column: what has no weight needs no draws.
    mixing = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, values > _NOTHING * values[-1]]
    exceeded = drawn = 0
    while drawn < draws and exceeded < _ENOUGH:
        size = min(max(drawn, _FIRST_DRAWS), draws - drawn)
        by_chance = np.abs(rng.standard_normal((size, mixing.shape[1])) @ mixing.T).max(axis=1)
        exceeded, drawn = exceeded + int(np.sum(by_chance >= seen)), drawn + size
    return float((1 + exceeded) / (1 + drawn))


def _crossing(rows: tuple[Floats, Floats, Floats], at: float, plausible: tuple[float, ...], level: float) -> Crossing:
    """The sides of `at`; the interval of the gap holds those of all plausible places."""
    within, beyond = _sides(rows, at)
    shares = estimate_share(*within, level=level), estimate_share(*beyond, level=level)
    if shares[0].value is None or shares[1].value is None:
        nothing = Estimate(None, None, None, within[1] + beyond[1], "Newcombe", level)
        lost = Estimate(None, None, None, beyond[1], "Newcombe", level, "score")
        return Crossing(at, *shares, nothing, lost)
    pairs = [_sides(rows, place) for place in {at, *plausible}]
    ends = [newcombe(far, near, level) for near, far in pairs if near[1] and far[1]]
    low, high = min(float(e[0]) for e in ends), max(float(e[1]) for e in ends)
    gap = Estimate(shares[0].value - shares[1].value, low, high, within[1] + beyond[1], "Newcombe", level)
    lost = Estimate(
        *((gap.value or 0.0) * beyond[1], low * beyond[1], high * beyond[1]), beyond[1], "Newcombe", level, "score"
    )
    return Crossing(at, *shares, gap, lost)


def _sides(rows: tuple[Floats, Floats, Floats], at: float) -> tuple[tuple[float, float], tuple[float, float]]:
    x, k, n = rows
    near = x <= at
    return (float(k[near].sum()), float(n[near].sum())), (float(k[~near].sum()), float(n[~near].sum()))
