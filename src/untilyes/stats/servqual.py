"""SERVQUAL gaps and SERVPERF scores, with intervals; and the zone of tolerance.

The instrument measures gap 5 of the gap model: what customers perceived minus what they expected.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.multiplicity import benjamini_hochberg
from untilyes.stats.questionnaire import SERVQUAL_1991, Questionnaire
from untilyes.stats.reliability import difference_reliability, scale_reliability, straight_liners
from untilyes.stats.results import Estimate
from untilyes.stats.told import Note, Told, note, paragraph, say


@dataclass(frozen=True, slots=True)
class Gap(Told):
    """Perception minus expectation of one item or dimension, scale points; negative falls short.

    `p` is the two-sided paired t-test, `q` its BH correction over the items (None for dimensions). `perceived` and
    `expected` are the means behind it.
    """

    name: str
    gap: Estimate
    perceived: float
    expected: float
    p: float
    q: float | None = None

    @property
    def is_real(self) -> bool:
        """Different from zero at a false discovery rate of 5 % (items) or at 5 % (dimensions)."""
        return (self.p if self.q is None else self.q) <= 0.05

    def sentence(self, locale: str = "en") -> str:
        """Short of, above, or as expected."""
        side = "short" if (self.gap.value or 0) < 0 else "above"
        return say(f"gap.{side}" if self.is_real else "gap.met", locale, name=self.name, gap=self.gap)


@dataclass(frozen=True, slots=True)
class ServiceQuality(Told):
    """A whole questionnaire: items, dimensions, and the overall gap (or score, for SERVPERF).

    `overall` is the mean of the dimensions, not of the items: dimensions have unequal numbers of items. `weighted`
    uses the importance weights; None without them. `difference_reliability` per dimension is None for SERVPERF.
    """

    form: str
    items: tuple[Gap, ...]
    dimensions: tuple[Gap, ...]
    overall: Estimate
    weighted: Estimate | None
    alphas: Mapping[str, float]
    difference_reliability: Mapping[str, float] | None
    straight_liners: int
    n: int
    notes: tuple[Note, ...]

    @property
    def value(self) -> float | None:
        """The headline: weighted when weights were given."""
        return (self.weighted or self.overall).value

    def sentence(self, locale: str = "en") -> str:
        """The headline, the widest gap, and the warnings."""
        worst = min(self.dimensions, key=lambda gap: gap.gap.value or 0.0)
        head = say("servqual.overall", locale, gap=self.weighted or self.overall, worst=worst.name)
        return paragraph([head, *self.notes], locale)


def servqual(
    expected: npt.ArrayLike,
    perceived: npt.ArrayLike,
    form: Questionnaire = SERVQUAL_1991,
    *,
    weights: Mapping[str, float] | npt.ArrayLike | None = None,
    level: float = 0.95,
) -> ServiceQuality:
    """Gaps of a SERVQUAL questionnaire from answers (respondents, items); NaN is no answer.

    Item gap `g = P - E`, paired over who answered both. Dimension gap: mean of its item gaps per respondent, over
    respondents with all of its items. Overall: mean of the dimension gaps per respondent. Weighted: `Σ w_d gap_d / Σ
    w_d`, with one set of weights, or points per respondent (respondents, dimensions); points that do not sum to 100
    are normalized and noted. Intervals are Student's t. Reversed items are turned by the `form`.

    Parasuraman, Zeithaml & Berry (1988, 1991). Adapted item sets are questionnaires like any other.

    >>> form = Questionnaire("two items", {"speed": ("e1", "e2")})
    >>> result = servqual([[7, 6], [6, 6], [7, 7], [6, 5]], [[5, 5], [5, 6], [5, 6], [6, 4]], form)
    >>> round(result.overall.value, 3), result.n
    (-1.0, 4)
    """
    e, p = form.turned(expected, "expected"), form.turned(perceived, "perceived")
    if e.shape != p.shape:
        raise ValueError(f"expected {e.shape} and perceived {p.shape} differ; pass the same respondents in both.")
    lined = straight_liners(np.hstack([np.asarray(expected, dtype=float), np.asarray(perceived, dtype=float)]))
    return _assess(form, p - e, p, e, weights, level, int(lined.sum()))


def servperf(
    perceived: npt.ArrayLike,
    form: Questionnaire = SERVQUAL_1991,
    *,
    weights: Mapping[str, float] | npt.ArrayLike | None = None,
    level: float = 0.95,
) -> ServiceQuality:
    """SERVPERF: perceptions alone (Cronin & Taylor 1992, J. Marketing 56(3)), in the same shape as `servqual`.

    It predicts satisfaction better and is half as long; it does not say what was expected. Values are scores on the
    scale of the form, tested against its midpoint.

    >>> form = Questionnaire("two items", {"speed": ("e1", "e2")})
    >>> round(servperf([[5, 5], [5, 6], [5, 6], [6, 4]], form).overall.value, 3)
    5.25
    """
    p = form.turned(perceived, "perceived")
    lined = int(straight_liners(np.asarray(perceived, dtype=float)).sum())
    return _assess(form, p, p, None, weights, level, lined, middle=(form.low + form.high) / 2)


def _assess(
    form: Questionnaire,
    gaps: Floats,
    perceived: Floats,
    expected: Floats | None,
    weights: Mapping[str, float] | npt.ArrayLike | None,
    level: float,
    lined: int,
    middle: float = 0.0,
) -> ServiceQuality:
    columns = {name: form.columns(name) for name in form.dimensions}
    items = [
        _gap(name, gaps[:, [i]], perceived[:, [i]], expected, [i], middle, level) for i, name in enumerate(form.items)
    ]
    q = benjamini_hochberg([item.p for item in items])
    corrected = tuple(
        Gap(item.name, item.gap, item.perceived, item.expected, item.p, float(value))
        for item, value in zip(items, q, strict=True)
    )
    dimensions = tuple(
        _gap(name, gaps[:, at], perceived[:, at], expected, at, middle, level) for name, at in columns.items()
    )
    by_dimension = np.column_stack([gaps[:, at].mean(axis=1) for at in columns.values()])
    overall = mean_estimate(by_dimension.mean(axis=1), level=level)
    shares, uneven = _importance(weights, tuple(columns), len(gaps))
    weighted = None if shares is None else mean_estimate((by_dimension * shares).sum(axis=1), level=level)
    alphas, differences, weak = _reliabilities(columns, gaps, perceived, expected)
    notes = [note("servqual.weak", dimensions=weak)] if weak else []
    if lined:
        notes.append(note("servqual.straight", count=lined, n=len(gaps)))
    if uneven:
        notes.append(note("servqual.points", count=uneven))
    return ServiceQuality(
        form.name, corrected, dimensions, overall, weighted, alphas, differences, lined, int(overall.n), tuple(notes)
    )


def _gap(
    name: str,
    gaps: Floats,
    perceived: Floats,
    expected: Floats | None,
    at: list[int],
    middle: float,
    level: float,
) -> Gap:
    per_respondent = gaps.mean(axis=1)
    known = ~np.isnan(per_respondent)
    estimate = mean_estimate(per_respondent, level=level)
    e = middle if expected is None else float(expected[known][:, at].mean())
    return Gap(name, estimate, float(perceived[known].mean()), e, _paired_p(per_respondent[known] - middle))


def _paired_p(differences: Floats) -> float:
    """Two-sided t-test of mean zero; certain when every difference is the same."""
    if np.ptp(differences) == 0:
        return 1.0 if differences[0] == 0 else 0.0
    return float(stats.ttest_1samp(differences, 0.0).pvalue)


def mean_estimate(values: npt.ArrayLike, *, level: float = 0.95) -> Estimate:
    """Mean with Student's interval, `mean ± t s / √n`; NaN is no answer, at least two answers are needed.

    >>> print(mean_estimate([4, 5, 6, np.nan]))
    5.0, give or take 2.5 (n = 3)
    """
    x = np.asarray(values, dtype=np.float64)
    x = checks.vector(x[~np.isnan(x)], "values", at_least=2)
    arm = stats.t.ppf((1 + checks.level(level)) / 2, x.size - 1) * x.std(ddof=1) / np.sqrt(x.size)
    return Estimate(float(x.mean()), float(x.mean() - arm), float(x.mean() + arm), x.size, "t", level, "score")


def _importance(
    weights: Mapping[str, float] | npt.ArrayLike | None, names: tuple[str, ...], n: int
) -> tuple[Floats | None, int]:
    """Weights as shares (1 or n, dimensions), and how many respondents' points did not sum to 100."""
    if weights is None:
        return None, 0
    if isinstance(weights, Mapping):
        if set(weights) != set(names):
            raise ValueError(f"weights are needed for exactly these dimensions: {', '.join(names)}.")
        points = np.array([[weights[name] for name in names]], dtype=np.float64)
    else:
        points = np.atleast_2d(np.asarray(weights, dtype=np.float64))
    if points.shape[1] != len(names) or points.shape[0] not in (1, n):
        raise ValueError(f"weights must be one row or {n} rows of {len(names)} dimensions, not {points.shape}.")
    total = points.sum(axis=1, keepdims=True)
    if (points < 0).any() or (total <= 0).any():
        raise ValueError("importance points cannot be negative or sum to zero; ask again or leave the row as NaN.")
    return points / total, int(((np.abs(total - 100) > 1e-6) & (np.abs(total - 1) > 1e-6)).sum())


def _reliabilities(
    columns: Mapping[str, list[int]], gaps: Floats, perceived: Floats, expected: Floats | None
) -> tuple[dict[str, float], dict[str, float] | None, tuple[str, ...]]:
    """α of perceptions per dimension, reliability of the difference, and the dimensions that do not hold."""
    alphas: dict[str, float] = {}
    differences: dict[str, float] = {}
    for name, at in columns.items():
        whole = ~np.isnan(gaps[:, at]).any(axis=1)
        p = perceived[whole][:, at]
        if len(at) < 2 or len(p) < 3 or (np.ptp(p, axis=0) == 0).any():
            continue
        alphas[name] = float(scale_reliability(p).alpha.value or 0.0)
        if expected is None or (np.ptp(expected[whole][:, at], axis=0) == 0).any():
            continue
        e = expected[whole][:, at]
        between = float(np.corrcoef(p.mean(axis=1), e.mean(axis=1))[0, 1])
        within = float(scale_reliability(e).alpha.value or 0.0)
        differences[name] = difference_reliability(max(alphas[name], -1.0), max(within, -1.0), between)
    weak = tuple(name for name, alpha in alphas.items() if alpha < 0.7)
    return alphas, (differences if expected is not None else None), weak


@dataclass(frozen=True, slots=True)
class Tolerance(Told):
    """Where one item or dimension stands between the adequate and the desired level (three-column format).

    `adequacy` is MSA, perceived minus adequate; `superiority` is MSS, perceived minus desired; `inside_share`,
    `below_share`, `above_share` say where respondents stand.
    """

    name: str
    adequacy: Estimate
    superiority: Estimate
    below_share: float
    inside_share: float
    above_share: float

    @property
    def standing(self) -> str:
        """ "below", "inside", "above", or "borderline" when an interval crosses the line."""
        if (self.adequacy.high or 0) < 0:
            return "below"
        if (self.superiority.low or 0) >= 0:
            return "above"
        settled = (self.adequacy.low or 0) >= 0 and (self.superiority.high or 0) < 0
        return "inside" if settled else "borderline"

    def sentence(self, locale: str = "en") -> str:
        """Where it stands and how many respondents are below what they call adequate."""
        return say(f"tolerance.{self.standing}", locale, name=self.name, below_share=self.below_share)


def zone_of_tolerance(
    adequate: npt.ArrayLike,
    desired: npt.ArrayLike,
    perceived: npt.ArrayLike,
    form: Questionnaire = SERVQUAL_1991,
    *,
    level: float = 0.95,
) -> tuple[Tolerance, ...]:
    """Zone of tolerance per dimension from three columns of answers, (respondents, items) each.

    `MSA = P - adequate`, `MSS = P - desired`; inside the zone when MSA ≥ 0 and MSS < 0 (Parasuraman, Zeithaml &
    Berry 1994, J. Retailing 70(3)). Respondents need all items of a dimension in all three columns.

    >>> form = Questionnaire("one item", {"speed": ("e1",)})
    >>> print(*zone_of_tolerance([[4], [5], [4]] * 4, [[7], [7], [6]] * 4, [[5], [6], [5]] * 4, form))
    speed is inside the zone of tolerance; 0 % get less than they call adequate
    """
    low, high, p = (
        form.turned(adequate, "adequate"),
        form.turned(desired, "desired"),
        form.turned(perceived, "perceived"),
    )
    if not low.shape == high.shape == p.shape:
        raise ValueError("adequate, desired and perceived differ in shape; pass the same respondents in all three.")
    columns = {name: form.columns(name) for name in form.dimensions}
    return tuple(_tolerance(name, (p - low)[:, at], (p - high)[:, at], level) for name, at in columns.items())


def _tolerance(name: str, adequacy: Floats, superiority: Floats, level: float) -> Tolerance:
    msa, mss = adequacy.mean(axis=1), superiority.mean(axis=1)
    known = ~(np.isnan(msa) | np.isnan(mss))
    msa, mss = msa[known], mss[known]
    above, below = float((mss >= 0).mean()), float((msa < 0).mean())
    return Tolerance(
        name, mean_estimate(msa, level=level), mean_estimate(mss, level=level), below, 1 - above - below, above
    )
