"""When do customers leave? Hazards by period from counts, what raises them, and Cox's model when each day is known.

Counts of people at risk and people gone, period by period, are all that discrete time needs, so any engine can
deliver them. Customers who are still here are in every period they were here; nobody is left out.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from untilyes.stats import checks
from untilyes.stats.cells import Estimates
from untilyes.stats.checks import Floats
from untilyes.stats.logit import fit_logit
from untilyes.stats.results import Estimate
from untilyes.stats.shares import estimate_shares, z_score
from untilyes.stats.told import Note, Told, note, paragraph, say


@dataclass(frozen=True, slots=True, eq=False)
class LifeTable(Told):
    """Who leaves in which period: one entry a period, from the first. `staying` is the share still here after it."""

    hazard: Estimates
    staying: Estimates

    def sentence(self, locale: str = "en") -> str:
        """How many are still here at the end."""
        if not len(self.staying) or self.staying[0].value is None:
            return say("leaving.nobody", locale)
        return say("leaving.stay", locale, periods=len(self.staying), stay=self.staying[-1])


def life_table(at_risk: npt.ArrayLike, left: npt.ArrayLike, *, level: float = 0.95) -> LifeTable:
    """Hazards ``h_t = d_t / r_t`` and the share staying ``S_t = Π (1 − h_t)``, one entry a period, oldest first.

    `at_risk` (periods,) are customers who began the period, `left` (periods,) those gone within it. Hazards have
    Wilson's interval, staying Greenwood's on the log(−log) scale. A period with nobody at risk has no hazard, and
    nothing is known from there on. Greenwood (1926); Singer & Willett (1993), J. Educational Statistics 18.

    >>> table = life_table([1000, 880, 800], [100, 60, 40])
    >>> table.staying.value.round(3).tolist()
    [0.9, 0.839, 0.797]
    >>> print(table)
    After 3 periods 80 %, give or take 3 (n = 800) are still here
    """
    gone, here = (np.atleast_1d(a) for a in checks.part_of(left, at_risk))
    hazard = estimate_shares(gone, here, level=level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.cumprod(1 - hazard.value)
        greenwood = np.cumsum(gone / (here * (here - gone)))
        arm = z_score(level) * np.sqrt(greenwood) / np.abs(np.log(share))
        low, high = share ** np.exp(arm), share ** np.exp(-arm)
    untouched = share >= 1
    floor = estimate_shares(here, here, level=level).low
    low = np.where(untouched, floor, np.where(share <= 0, 0.0, low))
    high = np.where(untouched, 1.0, np.where(share <= 0, 1 - floor, high))
    known = np.isfinite(share)
    low, high = (np.where(known, a, np.nan) for a in (low, high))
    return LifeTable(hazard, Estimates(np.asarray(share, dtype=np.float64), low, high, here, "life table", level))


@dataclass(frozen=True, slots=True)
class Hazard(Told):
    """One reason beside the others: how many times as fast customers leave per unit of it. `p` tests a ratio of 1."""

    name: str
    ratio: Estimate
    p: float

    @property
    def is_real(self) -> bool:
        """Whether the ratio is told apart from 1."""
        return self.p <= 1 - self.ratio.level

    def sentence(self, locale: str = "en") -> str:
        """Faster, slower, or not shown."""
        if not self.is_real or self.ratio.value is None:
            return say("leaving.unproven", locale, name=self.name, ratio=self.ratio)
        return say("leaving.more" if self.ratio.value > 1 else "leaving.less", locale, name=self.name, ratio=self.ratio)


@dataclass(frozen=True, slots=True)
class Hazards(Told):
    """All reasons of one model. `concordance` (Cox only) is how often the sooner leaver of two is told."""

    hazards: tuple[Hazard, ...]
    log_likelihood: float
    n: float
    left: float
    method: str
    concordance: float | None = None
    notes: tuple[Note, ...] = ()

    def __getitem__(self, name: str) -> Hazard:
        return next(hazard for hazard in self.hazards if hazard.name == name)

    def sentence(self, locale: str = "en") -> str:
        """One sentence a reason, then what to mind."""
        return paragraph([*self.hazards, *self.notes], locale)


def discrete_hazards(
    period: npt.ArrayLike, reasons: npt.ArrayLike, left: npt.ArrayLike, at_risk: npt.ArrayLike, names: Sequence[str],
    *, level: float = 0.95,
) -> Hazards:  # fmt: skip
    """What raises the odds of leaving in a period, from counts by period and reason.

    ``logit h(t, x) = a_t + x'b``: a level for each period, and reasons that multiply the odds. Rows are cells: `period`
    (cells,), `reasons` (cells, k), `left` of `at_risk` (cells,). Ratios are odds ratios, near hazard ratios while few
    leave in a period; Wald's interval on the log scale. Periods in which nobody or everybody left are skipped, for
    they tell nothing about reasons. Raises when a reason separates leavers perfectly. Allison (1982), Sociological
    Methodology 13; Singer & Willett (1993).

    >>> periods, unhappy = [1, 1, 2, 2], [[0], [1], [0], [1]]
    >>> found = discrete_hazards(periods, unhappy, [20, 60, 15, 30], [500, 500, 480, 440], ("unhappy",))
    >>> print(found)
    unhappy: customers leave sooner, by a factor of 2.8, plausibly 1.9 to 4.2 (n = 1,920)
    """
    when, rows = checks.vector(period, "period"), checks.matrix(reasons, "reasons")
    gone, here = (np.atleast_1d(a) for a in checks.part_of(left, at_risk))
    checks.same_length(("period", when), ("reasons", rows), ("left", gone))
    if rows.shape[1] != len(names):
        raise ValueError(f"{rows.shape[1]} columns and {len(names)} names; name each reason once.")
    _, slot = np.unique(when, return_inverse=True)
    sums = np.bincount(slot, gone), np.bincount(slot, here)
    used = ((sums[0] > 0) & (sums[0] < sums[1]))[slot] & (here > 0)
    slots = np.unique(slot[used])
    levels = (slot[used, None] == slots[1:]).astype(np.float64)
    fit = fit_logit(np.column_stack([rows[used], levels]), gone[used], here[used])
    chosen = slice(1, 1 + len(names))
    found = _hazards(names, fit.coefficients[chosen], fit.errors[chosen], fit.n, "discrete-time logit", level)
    return Hazards(found, fit.log_likelihood, fit.n, float(gone[used].sum()), "discrete-time logit")


def _hazards(
    names: Sequence[str], b: Floats, errors: Floats, n: float, method: str, level: float
) -> tuple[Hazard, ...]:
    z = z_score(level)
    low, value, high = np.exp(b - z * errors), np.exp(b), np.exp(b + z * errors)
    p = 2 * special.ndtr(-np.abs(b / errors))
    return tuple(
        Hazard(name, Estimate(float(value[i]), float(low[i]), float(high[i]), n, method, level, "ratio"), float(p[i]))
        for i, name in enumerate(names)
    )


def cox_hazards(
    durations: npt.ArrayLike, left: npt.ArrayLike, reasons: npt.ArrayLike, names: Sequence[str], *, level: float = 0.95
) -> Hazards:
    """Cox's proportional hazards, fitted by lifelines: how many times as fast customers leave.

    ``h(t | x) = h₀(t) exp(x'b)``, partial likelihood with Efron's ties. `durations` (n,) until leaving or until now,
    `left` (n,) 1 or 0, `reasons` (n, k). A note names reasons whose effect changes with time (Schoenfeld residuals
    against time ranks, p < 0.01). Raises for constant columns and where the model has no finite answer.
    Cox (1972), JRSS B 34; Grambsch & Therneau (1994), Biometrika 81.

    >>> rng = np.random.default_rng(1)
    >>> unhappy = rng.integers(0, 2, 400)
    >>> months = rng.exponential(10 / (1 + unhappy))
    >>> cox = cox_hazards(np.minimum(months, 12), months < 12, unhappy[:, None], ("unhappy",))
    >>> cox["unhappy"].ratio.low < 2 < cox["unhappy"].ratio.high, cox.notes
    (True, ())
    """
    import pandas as pd  # noqa: PLC0415 - lifelines and pandas only where Cox is asked for
    from lifelines import CoxPHFitter  # noqa: PLC0415
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning  # noqa: PLC0415

    times, rows = checks.counts(checks.vector(durations, "durations"), "durations"), checks.matrix(reasons, "reasons")
    gone = checks.both_classes(checks.vector(left, "left"), "left")
    checks.same_length(("durations", times), ("left", gone), ("reasons", rows))
    if rows.shape[1] != len(names):
        raise ValueError(f"{rows.shape[1]} columns and {len(names)} names; name each reason once.")
    for column, name in zip(rows.T, names, strict=True):
        checks.varies(column, name)
    labels = [f"x{i}" for i in range(len(names))]
    table = pd.DataFrame(rows, columns=labels).assign(duration=times, left=gone)
    model = CoxPHFitter()
    try:
        with _refusing(ConvergenceWarning):
            model.fit(table, "duration", "left")
    except (ConvergenceError, ConvergenceWarning) as failure:
        raise ValueError(
            "no finite answer exists: columns depend on each other or one of them settles who leaves; leave it out."
        ) from failure
    b, errors = (np.asarray(a, dtype=np.float64) for a in (model.params_, model.standard_errors_))
    found = _hazards(names, b, errors, float(times.size), "Cox", level)
    changing = _changing(model, table, names)
    notes = (note("leaving.not_proportional", names=changing),) if changing else ()
    return Hazards(
        found, float(model.log_likelihood_), float(times.size), float(gone.sum()), "Cox",
        float(model.concordance_index_), notes,
    )  # fmt: skip


@contextmanager
def _refusing(category: type[Warning]) -> Iterator[None]:
    """Turn one kind of warning into an exception while a model is fitted; lifelines warns where it should refuse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", category)
        yield


def _changing(model: object, table: object, names: Sequence[str]) -> tuple[str, ...]:
    from lifelines.statistics import proportional_hazard_test  # noqa: PLC0415

    p = np.atleast_1d(proportional_hazard_test(model, table, time_transform="rank").p_value)
    return tuple(name for name, value in zip(names, p, strict=True) if value < 0.01)
