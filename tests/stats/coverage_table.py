"""How often the intervals hold the truth and the verdicts err; writes docs/reference/coverage.md.

Run `python -m tests.stats.coverage_table` from the root of the repository after changing a method. Where the number of
possible outcomes is finite the coverage is summed exactly over all of them; the rest is simulated from one seed.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import special, stats

from tests.stats.claims import Floats, known
from untilyes.stats.changepoints import find_shift_in_shares
from untilyes.stats.changes import compare_many_shares, newcombe
from untilyes.stats.charts import chart_shares, chart_values
from untilyes.stats.comparisons import compare_paired_shares, estimate_ratio
from untilyes.stats.drivers import drivers
from untilyes.stats.durations import compare_quantiles, estimate_quantile, log_histogram
from untilyes.stats.gram import Gram
from untilyes.stats.interrupted import estimate_intervention
from untilyes.stats.means import compare_means, estimate_mean
from untilyes.stats.multiplicity import benjamini_hochberg, benjamini_yekutieli
from untilyes.stats.reliability import alpha_interval, cronbach_alpha
from untilyes.stats.response_styles import adjust_response_style
from untilyes.stats.results import Verdict
from untilyes.stats.score_changes import compare_many_scores
from untilyes.stats.scores import estimate_scores, smallest_real_change
from untilyes.stats.seasons import season_of_shares
from untilyes.stats.shapley import lmg
from untilyes.stats.shares import SHARE_METHODS, wilson
from untilyes.stats.survival import estimate_survival
from untilyes.stats.watched import mixture_ends, watch_many_changes, watch_score

SEED = 20_260_101
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "coverage.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One measured rate (0..1); `bounds` is what the tests hold it to, `runs` is None where it is exact."""

    method: str
    case: str
    rate: float
    bounds: tuple[float, float]
    runs: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the rate lies within its bounds."""
        return self.bounds[0] <= self.rate <= self.bounds[1]


Table = list[Row]


def chance(name: str) -> np.random.Generator:
    """One stream of chance a table, so that adding a table moves no other."""
    return np.random.default_rng([SEED, *name.encode()])


# Shares: every k of n


SIZES, TRUTHS = (5, 10, 30, 100, 1000), (0.01, 0.05, 0.1, 0.3, 0.5, 0.8, 0.95)
SPREAD = np.linspace(0.01, 0.99, 197)


def share_coverage(method: str, n: int, truths: Floats) -> Floats:
    """The exact chance that the interval holds each true share."""
    k = np.arange(n + 1)
    low, high = SHARE_METHODS[method](k, n, 0.95)
    held = (low[:, None] <= truths) & (truths <= high[:, None])
    return np.asarray((stats.binom.pmf(k[:, None], n, truths) * held).sum(axis=0))


LOWEST_OF_WILSON = {5: 0.83, 10: 0.83, 30: 0.84, 100: 0.85, 1000: 0.87}
"""Wilson's documented dips: next to 0 and 1 it falls this low at the worst share of 0.01..0.99, at every n."""


def shares() -> Table:
    """Coverage on average over true shares, at the worst of them, and at named ones."""
    found = []
    for method in SHARE_METHODS:
        for n in SIZES:
            everywhere = share_coverage(method, n, SPREAD)
            never_below = {"clopper-pearson": 0.95, "wilson": LOWEST_OF_WILSON[n], "jeffreys": 0.83}[method]
            average = (0.95, 1.0) if method == "clopper-pearson" else (0.93, 0.97)
            found.append(Row(method, f"n = {n}, mean over shares 0.01 to 0.99", float(everywhere.mean()), average))
            found.append(Row(method, f"n = {n}, worst of them", float(everywhere.min()), (never_below, 1.0)))
    for n in SIZES:
        for p, rate in zip(TRUTHS, share_coverage("wilson", n, np.array(TRUTHS)), strict=True):
            found.append(Row("wilson", f"n = {n}, share {p:g}", float(rate), (LOWEST_OF_WILSON[n], 1.0)))
    return found


# Differences of shares: every pair of counts


def pairs_of(n0: int, n1: int) -> tuple[Floats, Floats]:
    """All (k0, k1)."""
    k0, k1 = np.meshgrid(np.arange(n0 + 1.0), np.arange(n1 + 1.0), indexing="ij")
    return k0, k1


def pair_chances(n0: int, p0: float, n1: int, p1: float) -> Floats:
    """The chance of each pair."""
    both = np.outer(stats.binom.pmf(np.arange(n0 + 1), n0, p0), stats.binom.pmf(np.arange(n1 + 1), n1, p1))
    return np.asarray(both)


DIFFERENCES = [
    (10, 0.5, 10, 0.5), (10, 0.9, 10, 0.7), (30, 0.05, 30, 0.05), (30, 0.8, 30, 0.6), (100, 0.78, 100, 0.81),
    (20, 0.3, 200, 0.2), (100, 0.95, 100, 0.95), (300, 0.78, 300, 0.81),
]  # fmt: skip


def differences() -> Table:
    """Newcombe's interval of a difference, Koopman's of a ratio, Newcombe's for pairs."""
    found = []
    for n0, p0, n1, p1 in DIFFERENCES:
        k0, k1 = pairs_of(n0, n1)
        low, high = newcombe((k0, n0), (k1, n1))
        held = (low <= p1 - p0) & (p1 - p0 <= high)
        rate = float((pair_chances(n0, p0, n1, p1) * held).sum())
        found.append(Row("newcombe", f"{p0:g} of {n0} → {p1:g} of {n1}", rate, (0.93, 0.995)))
    for n, p0, p1 in ((20, 0.3, 0.6), (30, 0.8, 0.9)):
        found.append(Row("koopman", f"{p0:g} → {p1:g}, n = {n} each", ratio_coverage(n, p0, p1), (0.93, 0.98)))
    tables = ((0.5, 0.1, 0.2, 0.2), (0.7, 0.05, 0.1, 0.15))
    paired = [(f"n = 30, (both, before, after, neither) = {cells}", paired_coverage(30, cells)) for cells in tables]
    found += [Row("newcombe paired", case, rate, (0.93, 0.99)) for case, rate in paired]
    return found


def ratio_coverage(n: int, p0: float, p1: float) -> float:
    """Exact coverage of the ratio, given that anybody said yes."""
    k0, k1 = pairs_of(n, n)
    weight = pair_chances(n, p0, n, p1).ravel()
    total = held = 0.0
    for i in np.flatnonzero(weight > 1e-7):
        ratio = estimate_ratio((float(k0.flat[i]), n), (float(k1.flat[i]), n))
        if ratio.value is None:
            continue
        total += weight[i]
        held += weight[i] * (known(ratio.low) <= p1 / p0 <= known(ratio.high))
    return held / total


def paired_coverage(n: int, cells: tuple[float, float, float, float]) -> float:
    """Exact coverage of the paired difference over all tables of n people worth a millionth."""
    truth, held = cells[2] - cells[1], 0.0
    grid = [(a, b, c, n - a - b - c) for a in range(n + 1) for b in range(n + 1 - a) for c in range(n + 1 - a - b)]
    weight = stats.multinomial.pmf(np.array(grid), n, cells)
    kept = [(table, w) for table, w in zip(grid, weight, strict=True) if w > 2e-6]
    for table, w in kept:
        change = compare_paired_shares(*table)
        held += w * (known(change.low) <= truth <= known(change.high))
    return float(held / sum(w for _, w in kept))


# Net scores: every triple of counts


MIXES = {"ordinary (.50, .28, .22)": (0.22, 0.28, 0.5), "good (.80, .15, .05)": (0.05, 0.15, 0.8),
         "extreme (.95, .04, .01)": (0.01, 0.04, 0.95)}  # fmt: skip


@cache
def triples(n: int) -> Floats:
    """All (detractors, passives, promoters) of n."""
    return np.array([(d, p, n - d - p) for d in range(n + 1) for p in range(n + 1 - d)], dtype=np.float64)


def scores() -> Table:
    """The adjusted interval of a net score, exact, beside the textbook one without adjustment."""
    found = []
    for name, mix in MIXES.items():
        truth = 100 * (mix[2] - mix[0])
        for n in (5, 10, 30, 100):
            weight = stats.multinomial.pmf(triples(n), n, mix)
            cells = estimate_scores(triples(n), [-100, 0, 100])
            held = (cells.low <= truth) & (truth <= cells.high)
            lowest = 0.90 if name.startswith("extreme") else 0.925
            found.append(Row("adjusted Wald", f"{name}, n = {n}", float(weight @ held), (lowest, 0.985)))
            mean = triples(n) @ [-100, 0, 100] / n
            half = 1.96 * np.sqrt(np.maximum(triples(n) @ [1e4, 0, 1e4] / n - mean**2, 0) / n)
            rate = float(weight @ (np.abs(truth - mean) <= half))
            found.append(Row("textbook Wald", f"{name}, n = {n}", rate, (0.0, 0.96)))
    return found


# Means, medians, curves, scales, drivers: simulated


def means() -> Table:
    """t-intervals of ratings from 1 to 5, one wave and two."""
    rng, runs, found = chance("means"), 4000, []
    for mix in ((0.1, 0.1, 0.2, 0.3, 0.3), (0.02, 0.03, 0.05, 0.2, 0.7)):
        truth = float(np.arange(1, 6) @ mix)
        for n in (10, 30, 200):
            waves = [{float(i + 1): float(c) for i, c in enumerate(w)} for w in rng.multinomial(n, mix, size=runs)]
            alone = [estimate_mean(w, scale=(1, 5)) for w in waves]
            rate = float(np.mean([known(e.low) <= truth <= known(e.high) for e in alone]))
            found.append(Row("t", f"ratings {mix}, n = {n}", rate, (0.90, 0.97), runs))
            two = [compare_means(a, b, scale=(1, 5)) for a, b in pairwise(waves[:1001])]
            rate = float(np.mean([known(c.low) <= 0 <= known(c.high) for c in two]))
            found.append(Row("Welch", f"ratings {mix}, n = {n} each", rate, (0.93, 0.99), 1000))
    return found


def durations() -> Table:
    """Medians and 90 % quantiles from log-histograms of log-normal times: at least 95 %, more where n is small."""
    rng, runs, found = chance("durations"), 2000, []
    for q in (0.5, 0.9):
        truth = math.exp(7 + 1.2 * float(special.ndtri(q)))
        for n in (5, 30, 100, 1000):
            ends = [estimate_quantile(log_histogram(rng.lognormal(7, 1.2, size=n)), q) for _ in range(runs)]
            rate = float(np.mean([known(e.low) <= truth <= known(e.high) for e in ends]))
            found.append(Row("order statistics", f"{q:.0%} quantile, n = {n}", rate, (0.94, 1.0), runs))
    waves = [log_histogram(rng.lognormal(7, 1.2, size=200)) for _ in range(2 * runs)]
    changes = [compare_quantiles(a, b) for a, b in zip(waves[::2], waves[1::2], strict=True)]
    rate = float(np.mean([known(c.low) <= 0 <= known(c.high) for c in changes]))
    found.append(Row("MOVER", "change of a median, n = 200 each", rate, (0.94, 1.0), runs))
    return found


def curves() -> Table:
    """Kaplan-Meier with a third still open: the share open after ten hours, and the median."""
    rng, runs, found = chance("curves"), 2000, []
    for n in (30, 200):
        held = np.zeros(2)
        for _ in range(runs):
            event, stop = rng.exponential(10, n), rng.exponential(20, n)
            curve = estimate_survival(np.minimum(event, stop), event <= stop)
            at, median = curve.at(10.0), curve.quantile()
            held += (known(at.low) <= math.exp(-1) <= known(at.high),
                     median.low is None or known(median.low) <= 10 * math.log(2) <= known(median.high))  # fmt: skip
        found.append(Row("Kaplan-Meier", f"share open, n = {n}", float(held[0] / runs), (0.93, 0.97), runs))
        found.append(Row("Brookmeyer-Crowley", f"median, n = {n}", float(held[1] / runs), (0.93, 0.98), runs))
    return found


def scales() -> Table:
    """Feldt's interval of alpha for parallel items."""
    rng, runs, found = chance("scales"), 3000, []
    for items, n in ((5, 30), (5, 200), (22, 100)):
        truth = items * 0.5 / (1 + (items - 1) * 0.5)
        held = 0
        for _ in range(runs):
            rows = rng.normal(size=(n, 1)) + rng.normal(size=(n, items))
            interval = alpha_interval(cronbach_alpha(np.cov(rows.T)), n, items)
            held += known(interval.low) <= truth <= known(interval.high)
        found.append(Row("Feldt", f"α = {truth:.2f}, {items} items, n = {n}", held / runs, (0.93, 0.97), runs))
    return found


def styles() -> Table:
    """The F interval of what is stable about a person, for equal and for very unequal numbers of answers."""
    rng, runs, found = chance("styles"), 2000, []
    often = {"4 answers each": np.full(40, 4), "2 to 12 answers each": np.resize([2, 2, 2, 3, 5, 12], 60)}
    for truth, (case, size) in ((share, one) for share in (0.1, 0.5) for one in often.items()):
        person = np.repeat(np.arange(size.size), size)
        held = 0
        for _ in range(runs):
            own = rng.normal(size=size.size)[person] * math.sqrt(truth)
            style = adjust_response_style(own + rng.normal(size=person.size) * math.sqrt(1 - truth), person)
            assert style.stable_share is not None
            held += known(style.stable_share.low) <= truth <= known(style.stable_share.high)
        found.append(Row("F interval", f"share {truth}, {size.size} people, {case}", held / runs, (0.9, 0.98), runs))
    return found


def driver_shares() -> Table:
    """Jackknife intervals of the shares of four correlated drivers; one is none."""
    rng, runs, found = chance("drivers"), 400, []
    mixing, slopes = np.linalg.cholesky(0.3 + 0.7 * np.eye(4)), np.array([0.6, 0.4, 0.2, 0.0])
    covariance = np.eye(5)
    covariance[:4, :4] = mixing @ mixing.T
    covariance[:4, 4] = covariance[4, :4] = covariance[:4, :4] @ slopes
    covariance[4, 4] = 1 + slopes @ covariance[:4, 4]
    scale = np.sqrt(np.diag(covariance))
    truth = lmg(covariance / np.outer(scale, scale))
    truth /= truth.sum()
    for n in (200, 1000):
        held, false = np.zeros(4), 0
        for _ in range(runs):
            x = rng.normal(size=(n, 4)) @ mixing.T
            result = drivers(Gram.from_rows(x, x @ slopes + rng.normal(size=n), tuple("abcd")), times=20)
            by_name = {driver.name: driver for driver in result.drivers}
            held += [known(by_name[name].share.low) <= share <= known(by_name[name].share.high)
                     for name, share in zip("abcd", truth, strict=True)]  # fmt: skip
            false += by_name["d"].is_real
        for name, share, rate in zip("abc", truth, held / runs, strict=False):
            found.append(Row("jackknife", f"share {share:.0%} ({name}), n = {n}", float(rate), (0.91, 0.985), runs))
        found.append(Row("jackknife", f"share {truth[3]:.0%} (d, no slope of its own), n = {n}", float(held[3] / runs),
                         (0.88, 0.99), runs))  # fmt: skip
        found.append(
            Row("false driver", f"d called real beside three that are, n = {n}", false / runs, (0, 0.08), runs)
        )
    return found


# Watching: looked at after every answer


def ever_outside(
    p: float, until: int, ends: Callable[[Floats, Floats], tuple[Floats, Floats]], start: int = 1
) -> float:
    """The exact chance that a sequence of intervals excludes p at any n of start..until, by dynamic programming."""
    n = np.arange(1, until + 1)
    reach = np.ceil(7 * np.sqrt(n * p * (1 - p)) + 12)
    first = np.maximum(np.floor(n * p - reach), 0).astype(int)
    last = np.minimum(np.ceil(n * p + reach), n).astype(int)
    rows = [(np.arange(a, b + 1.0), np.full(b - a + 1, float(m))) for a, b, m in zip(first, last, n, strict=True)]
    low, high = ends(np.concatenate([k for k, _ in rows]), np.concatenate([m for _, m in rows]))
    inside = np.split((low <= p) & (p <= high), np.cumsum([k.size for k, _ in rows])[:-1])
    alive, gone = np.zeros(until + 2), 0.0
    alive[0] = 1.0
    for m, a, b, held in zip(n, first, last, inside, strict=True):
        alive[1:] = alive[1:] * (1 - p) + alive[:-1] * p
        alive[0] *= 1 - p
        if m >= start:
            gone += float(alive[a : b + 1][~held].sum())
            alive[a : b + 1][~held] = 0.0
    return gone


def watching() -> Table:
    """How often a number watched all the time excludes the truth at some moment: at most 5 % of streams."""
    found = []
    for p in (0.05, 0.5, 0.8):
        once = ever_outside(p, 2000, wilson, start=30)
        found.append(Row("wilson, looked at after each answer", f"share {p:g}, n = 30 to 2,000", once, (0.3, 0.6)))
        for tuned in (None, 500.0):
            rate = ever_outside(p, 2000, lambda k, n, t=tuned: mixture_ends(k, n, tuned_for=t))  # type: ignore[misc]
            name = "confidence sequence" + (f" tuned for {tuned:g}" if tuned else "")
            found.append(Row(name, f"share {p:g}, n = 1 to 2,000", rate, (0.0, 0.05)))
    return [*found, *watched_changes(), *watched_scores()]


LOOKS = np.unique(np.round(np.geomspace(50, 10_000, 60))).astype(int)


def watched_changes() -> Table:
    """Two equal shares compared at 60 moments: a false "better" or "worse" at any of them."""
    rng, runs, found = chance("watched changes"), 2000, []
    for p in (0.1, 0.8):
        steps = rng.binomial(np.diff([0, *LOOKS]), p, size=(2, runs, LOOKS.size))
        k0, k1 = steps.cumsum(axis=2).reshape(2, -1)
        n = np.tile(LOOKS, runs)
        for name, call in (
            ("confidence sequence", watch_many_changes),
            ("newcombe, looked at 60 times", compare_many_shares),
        ):
            codes = call((k0, n), (k1, n), correction=None).verdicts.reshape(runs, -1)
            rate = float(np.isin(codes, ("better", "worse")).any(axis=1).mean())
            bounds = (0.0, 0.05) if call is watch_many_changes else (0.2, 0.6)
            found.append(Row(name, f"share {p:g} on both sides, n = 50 to 10,000", rate, bounds, runs))
    return found


def watched_scores() -> Table:
    """A net score at 60 moments from n = 100."""
    rng, runs, found = chance("watched scores"), 600, []
    looks = np.unique(np.round(np.geomspace(100, 10_000, 40))).astype(int)
    for name, mix in MIXES.items():
        truth, missed = 100 * (mix[2] - mix[0]), 0
        for _ in range(runs):
            counts = np.cumsum([rng.multinomial(step, mix) for step in np.diff([0, *looks])], axis=0)
            for d, p, u in counts:
                seen = watch_score({0: float(d), 7: float(p), 10: float(u)})
                if not known(seen.low) <= truth <= known(seen.high):
                    missed += 1
                    break
        found.append(
            Row("asymptotic confidence sequence", f"{name}, n = 100 to 10,000", missed / runs, (0.0, 0.06), runs)
        )
    return found


# Verdicts


def verdicts() -> Table:
    """How often a verdict is wrong, and how often a change worth seeing is seen."""
    found = []
    for n, p in ((30, 0.5), (100, 0.8), (300, 0.95)):
        k0, k1 = pairs_of(n, n)
        weight = pair_chances(n, p, n, p).ravel()
        codes = compare_many_shares((k0.ravel(), n), (k1.ravel(), n), correction=None).verdicts
        real = float(weight[np.isin(codes, ("better", "worse"))].sum())
        found.append(Row("a change that is not there", f"share {p:g}, n = {n} each", real, (0.0, 0.055)))
    for n, p, matters in ((100, 0.8, 0.15), (300, 0.8, 0.1)):
        k0, k1 = pairs_of(n, n)
        weight = pair_chances(n, p, n, p - matters).ravel()
        changes = compare_many_shares((k0.ravel(), n), (k1.ravel(), n), correction=None, matters=matters)
        rate = float(weight[changes.equivalent].sum())
        found.append(
            Row("'no real change' of one that matters", f"{p:g} − {matters:g}, n = {n} each", rate, (0, 0.055))
        )
        same = float(pair_chances(n, p, n, p).ravel()[changes.equivalent].sum())
        found.append(Row("'no real change' of none", f"share {p:g}, matters {matters:g}, n = {n} each", same, (0.2, 1)))
    return [*found, *power(), *many()]


def power() -> Table:
    """A true change as large as `smallest_real_change` says is seen four times in five."""
    rng, runs, n = chance("power"), 20_000, 800
    before = np.array([0.22, 0.28, 0.5])
    variance = 1e4 * (before[0] + before[2] - (before[2] - before[0]) ** 2)
    gain = smallest_real_change(n, variance=variance) / 200
    after = before + np.array([-gain, 0, gain])
    waves = rng.multinomial(n, before, size=runs), rng.multinomial(n, after, size=runs)
    changes = compare_many_scores(*waves, [-100, 0, 100], correction=None)
    seen = float((changes.verdicts == Verdict.BETTER.value).mean())
    nothing = compare_many_scores(waves[0][::2], waves[0][1::2], [-100, 0, 100], correction=None).verdicts
    false = float(np.isin(nothing, ("better", "worse")).mean())
    return [
        Row("net score: a planned change is seen", f"{200 * gain:.1f} points, n = {n} each", seen, (0.78, 0.84), runs),
        Row("net score: a change that is not there", f"n = {n} each", false, (0.04, 0.06), runs // 2),
    ]


def many() -> Table:
    """Families of a hundred cells: any false claim among nulls, and the false share among claims."""
    rng, runs, found = chance("many"), 1000, []
    any_false = np.mean([(benjamini_hochberg(rng.uniform(size=100)) <= 0.05).any() for _ in range(runs)])
    found.append(Row("BH: any claim among 100 nulls", "independent", float(any_false), (0.0, 0.065), runs))
    shared = []
    for _ in range(runs):
        z = np.sqrt(0.5) * rng.normal() + np.sqrt(0.5) * rng.normal(size=100)
        p = 2 * special.ndtr(-np.abs(z))
        shared.append([(f(p) <= 0.05).any() for f in (benjamini_hochberg, benjamini_yekutieli)])
    for name, rate in zip(("BH", "BY"), np.mean(shared, axis=0), strict=True):
        found.append(Row(f"{name}: any claim among 100 nulls", "correlated 0.5", float(rate), (0.0, 0.065), runs))
    false_shares, null_claims = [], []
    for _ in range(runs):
        k0, k1 = rng.binomial(300, 0.75, size=100), rng.binomial(300, np.repeat([0.75, 0.87], [80, 20]))
        real = np.isin(compare_many_shares((k0, 300), (k1, 300)).verdicts, ("better", "worse"))
        false_shares.append(real[:80].sum() / max(real.sum(), 1))
        same = rng.binomial(300, 0.75, size=100)
        null_claims.append(np.isin(compare_many_shares((k0, 300), (same, 300)).verdicts, ("better", "worse")).any())
    found.append(Row("verdicts: false share of claims", "80 nulls, 20 real of 100 cells", float(np.mean(false_shares)),
                     (0.0, 0.05), runs))  # fmt: skip
    found.append(
        Row("verdicts: any claim", "100 cells without a change", float(np.mean(null_claims)), (0, 0.065), runs)
    )
    return found


# Series in which nothing happens


def series() -> Table:
    """False signals of charts, shifts, seasons and fixes on calm series."""
    rng, found = chance("series"), []
    calm = [chart_values(rng.normal(size=50)) for _ in range(1000)]
    found.append(Row("XmR: a point beyond its limits", "50 normal values", _share(c.beyond.mean() for c in calm),
                     (0.0, 0.01), 50_000))  # fmt: skip
    daily = np.clip(rng.normal(0.8, 0.03, size=(1000, 50)), 0, 1)
    for overdispersed, name, bounds in ((True, "p′", (0.0, 0.01)), (False, "plain p", (0.02, 0.5))):
        charts = [chart_shares(rng.binomial(2000, row), [2000] * 50, overdispersed=overdispersed) for row in daily]
        found.append(Row(f"{name}: a point beyond its limits", "50 days of 2,000 whose share truly varies by 3 points",
                         _share(c.beyond.mean() for c in charts), bounds, 50_000))  # fmt: skip
    runs = 400
    shifts = [
        find_shift_in_shares(rng.binomial(200, 0.8, 30), [200] * 30, rng=rng, draws=199).is_real for _ in range(runs)
    ]
    found.append(Row("a shift that is not there", "30 weeks of 200", _share(shifts), (0.0, 0.08), runs))
    slots = np.arange(84) % 7
    seasons = [season_of_shares(rng.binomial(100, 0.8, 84), np.full(84, 100), slots).is_real for _ in range(2000)]
    found.append(Row("a season that is not there", "12 weeks of days of 100", _share(seasons), (0.0, 0.06), 2000))
    for periods, rho in ((16, 0.0), (24, 0.0), (24, 0.5), (60, 0.0), (60, 0.5)):
        fixes = [estimate_intervention(wandering(periods, rho, rng), periods // 2) for _ in range(1000)]
        false = _share(f.verdict is not Verdict.NO_REAL_CHANGE for f in fixes)
        case = f"{periods} periods, neighbours correlated {rho:g}"
        found.append(Row("a fix that moved nothing", case, false, (0.0, 0.07), 1000))
    return found


def wandering(periods: int, rho: float, rng: np.random.Generator) -> Floats:
    """A calm series whose neighbours are correlated."""
    x = rng.normal(size=periods)
    for t in range(1, periods):
        x[t] = rho * x[t - 1] + math.sqrt(1 - rho**2) * x[t]
    return x


def _share(found: Iterable[float]) -> float:
    return float(np.mean(list(found)))


TABLES: dict[str, tuple[Callable[[], Table], str]] = {
    "Shares": (
        shares,
        "Wilson is right on average and dips next to 0 and 1, as every short interval must. Where a contract hangs on "
        "it, take Clopper-Pearson, which never covers less than it claims.",
    ),
    "Differences and ratios": (differences, "Cells of pairs are (both, before only, after only, neither)."),
    "Net scores": (scores, "The textbook interval is here to show why it is not used."),
    "Means": (means, "Ratings from 1 to 5. Very lopsided ratings need hundreds of answers."),
    "Durations": (
        durations,
        "Never less than claimed; few observations give few ranks, so small samples cover more. Ends may be open.",
    ),
    "Open cases": (curves, "A third of the cases are still open."),
    "Scales": (scales, "Parallel items."),
    "Response styles": (
        styles,
        "Exact for equal numbers of answers; unequal ones are taken at a typical number, which costs up to 3 points.",
    ),
    "Drivers": (
        driver_shares,
        "Shares of explained variance, 50 buckets of customers. A share near zero has a lopsided distribution.",
    ),
    "Watching": (
        watching,
        "How often the truth is outside at *any* moment: smaller is better, and at most 5 % is claimed.",
    ),
    "Verdicts": (verdicts, "How often a verdict is wrong, at most 5 % claimed, and how often it is rightly given."),
    "Calm series": (series, "False signals where nothing happens."),
}


def markdown(tables: dict[str, Table]) -> str:
    """The page."""
    parts = [
        "# What the intervals cover and how often verdicts err",
        "",
        "Written by `python -m tests.stats.coverage_table`; `make test-slow` measures it anew and fails when it no "
        "longer agrees. The claimed level is 95 % throughout. Exact rates are summed over every possible outcome; the "
        f"others are simulated from seed {SEED}: with 2,000 runs a rate of 95 % is known to within one point.",
    ]  # fmt: skip
    for title, rows in tables.items():
        parts += ["", f"## {title}", "", TABLES[title][1], "", "| method | case | rate | from |", "|---|---|---:|---:|"]
        parts += [f"| {r.method} | {r.case} | {r.rate:.1%} | {_runs(r)} |" for r in rows]
    return "\n".join(parts) + "\n"


def _runs(row: Row) -> str:
    return "exact" if row.runs is None else f"{row.runs:,} runs"


def measure() -> dict[str, Table]:
    """All tables."""
    return {title: table() for title, (table, _) in TABLES.items()}


if __name__ == "__main__":
    PAGE.write_text(markdown(measure()), encoding="utf-8")
