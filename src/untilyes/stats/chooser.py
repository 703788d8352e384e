"""The right member of the family for what is at hand, and why it was picked.

`interval` and `compare` look at the shape of what they are given and at what is said about it (watched, paired,
weighted, still open); the answer's `why` says which method that means and for what reason. `drivers` chooses
likewise. The flow chart is in docs/explanation/statistics.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from untilyes.stats import checks
from untilyes.stats.checks import Floats
from untilyes.stats.results import Change, Estimate
from untilyes.stats.scores import Histogram, Scoring
from untilyes.stats.told import say

Share: TypeAlias = tuple[float, float]
"""k of n."""

Observed: TypeAlias = Share | Mapping[Any, float] | Estimate | npt.ArrayLike
"""A share (k, n); a histogram {answer: count}; an estimate; or single answers, 0 and 1 or ratings."""


def interval(
    x: Observed, *, scoring: Scoring | None = None, weights: npt.ArrayLike | None = None,
    ended: npt.ArrayLike | None = None, watched: bool = False, guaranteed: bool = False,
    scale: tuple[float, float] | None = None, level: float = 0.95, unit: str = "score",
) -> Estimate:  # fmt: skip
    """A number with its interval: looks at `x`, picks the method, and says why in `why`.

    ==========================  =========================================================
    `x`                         method
    ==========================  =========================================================
    (k, n), or answers 0 and 1  Wilson; `guaranteed`: Clopper-Pearson; `watched`: confidence sequence
    {answer: count} + `scoring` adjusted Wald on the net score; `watched`: confidence sequence
    {answer: count}, ratings    Student's t on the mean; `watched` (needs `scale`): confidence sequence
    answers + `weights`         weighted share, net score or mean at Kish's n
    durations + `ended`         Kaplan-Meier median, the open ones counted as open
    ==========================  =========================================================

    `watched` means that somebody looks again and again and acts on what they see. `scale` is the smallest and largest
    possible answer, `unit` the unit of means and durations. Raises for contradictory wishes.

    >>> estimate = interval((450, 500))
    >>> print(estimate, "-", estimate.why)
    90 %, plausibly 87 to 92 (n = 500) - Wilson: good for every share at every n, also near 0 and 100 %
    >>> interval((450, 500), watched=True).method
    'beta-binomial confidence sequence'
    """
    if isinstance(x, Estimate):
        raise TypeError("this is an estimate already; compare it, or pass the counts it came from.")
    if watched and (guaranteed or weights is not None or ended is not None):
        raise ValueError("watched goes with plain counts only; leave out weights, ended and guaranteed.")
    if ended is not None:
        return _waiting(x, ended, level, unit)
    if weights is not None:
        return _weighted(x, weights, scoring, level, unit)
    told = _as_counts(x, scoring)
    if isinstance(told, tuple):
        return _share(told, watched, guaranteed, level)
    if guaranteed:
        raise ValueError("guaranteed intervals exist for shares only; turn the answers into yes and no first.")
    if scoring is not None:
        return _net_score(told, scoring, watched, level)
    return _mean(told, watched, scale, level, unit)


def compare(
    before: Observed, after: Observed, *, scoring: Scoring | None = None, paired: bool = False, watched: bool = False,
    better: str = "higher", matters: float | None = None, scale: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Change:  # fmt: skip
    """Before and after with a verdict: looks at both, picks the method, and says why in `why`.

    ==========================  =========================================================
    both sides                  method
    ==========================  =========================================================
    (k, n), or answers 0 and 1  Newcombe; `watched`: confidence sequence; `paired` answers: McNemar, Newcombe paired
    {answer: count} + `scoring` adjusted Wald; `paired` answers: each person against themselves
    {answer: count}, ratings    Welch's t; `paired` ratings: t on the differences
    estimates                   MOVER on their intervals
    ==========================  =========================================================

    `paired` needs single answers in the same order of people. `matters` is the smallest change worth acting on; with it
    "no real change" means shown to be smaller. `better` is "higher" or "lower".

    >>> change = compare((1014, 1300), (975, 1203))
    >>> print(change, "-", change.why)
    No real change: 81 %, was 78 % (+3 points, give or take 3); smaller changes cannot be ruled out - Newcombe: two \
shares of different people, good at every n
    >>> compare([1, 1, 0, 0] * 25, [1, 1, 1, 0] * 25, paired=True).method
    'Newcombe paired'
    """
    wishes: dict[str, Any] = {"better": better, "matters": matters}
    if isinstance(before, Estimate) or isinstance(after, Estimate):
        return _estimates(before, after, wishes)
    if paired:
        return _paired(before, after, scoring, wishes, level, watched=watched)
    sides = _as_counts(before, scoring), _as_counts(after, scoring)
    first, second = sides
    if isinstance(first, tuple) and isinstance(second, tuple):
        return _shares(first, second, wishes, level, watched=watched)
    if watched:
        raise ValueError("watched comparisons exist for shares; turn the answers into yes and no first.")
    if isinstance(first, tuple) or isinstance(second, tuple):
        first, second = (_spread_out(side) for side in sides)
    if scoring is not None:
        from untilyes.stats.score_changes import compare_scores  # noqa: PLC0415 - only what is picked is loaded

        return replace(compare_scores(first, second, scoring, level=level, **wishes), why=say("choice.score"))
    from untilyes.stats.means import compare_means  # noqa: PLC0415

    return replace(compare_means(first, second, level=level, scale=scale, **wishes), why=say("choice.welch"))


def _as_counts(x: Any, scoring: Scoring | None) -> Share | Histogram:
    """A share where answers are yes and no, otherwise a histogram."""
    if isinstance(x, Mapping):
        return {float(answer): float(count) for answer, count in x.items()}
    if isinstance(x, tuple) and len(x) == 2:
        part, whole = checks.part_of(*x)
        return float(part), float(whole)
    values = checks.vector(np.asarray(x, dtype=np.float64), "answers")
    if scoring is None and np.isin(values, (0.0, 1.0)).all():
        return float(values.sum()), float(values.size)
    distinct, counts = np.unique(values, return_counts=True)
    return dict(zip(distinct.tolist(), counts.astype(float).tolist(), strict=True))


def _spread_out(side: Share | Histogram) -> Histogram:
    """A share as the histogram of its noes and yeses."""
    return {0.0: side[1] - side[0], 1.0: side[0]} if isinstance(side, tuple) else side


def _share(share: Share, watched: bool, guaranteed: bool, level: float) -> Estimate:
    if watched:
        from untilyes.stats.watched import watch_share  # noqa: PLC0415

        return _told(watch_share(*share, level=level), "choice.watched")
    from untilyes.stats.shares import estimate_share  # noqa: PLC0415

    if guaranteed:
        return _told(estimate_share(*share, level=level, method="clopper-pearson"), "choice.exact")
    return _told(estimate_share(*share, level=level), "choice.wilson")


def _told(estimate: Estimate, kind: str) -> Estimate:
    return replace(estimate, why=say(kind))


def _net_score(histogram: Histogram, scoring: Scoring, watched: bool, level: float) -> Estimate:
    if watched:
        from untilyes.stats.watched import watch_score  # noqa: PLC0415

        return _told(watch_score(histogram, scoring, level=level), "choice.watched")
    from untilyes.stats.scores import estimate_score  # noqa: PLC0415

    return _told(estimate_score(histogram, scoring, level=level), "choice.score")


def _mean(histogram: Histogram, watched: bool, scale: tuple[float, float] | None, level: float, unit: str) -> Estimate:
    if watched:
        from untilyes.stats.watched import watch_mean  # noqa: PLC0415

        if scale is None:
            raise ValueError("watching a mean needs its scale: pass scale=(smallest, largest possible answer).")
        total = sum(answer * count for answer, count in histogram.items())
        n = sum(histogram.values())
        return _told(watch_mean(total, n, scale=scale, level=level, unit=unit), "choice.watched")
    from untilyes.stats.means import estimate_mean  # noqa: PLC0415

    return replace(_told(estimate_mean(histogram, level=level, scale=scale), "choice.mean"), unit=unit)


def _weighted(x: Any, weights: npt.ArrayLike, scoring: Scoring | None, level: float, unit: str) -> Estimate:
    if isinstance(x, Mapping) or (isinstance(x, tuple) and len(x) == 2 and np.size(weights) != 2):
        raise ValueError("weights go with single answers, one weight an answer; pass the answers instead of counts.")
    values = checks.vector(np.asarray(x, dtype=np.float64), "answers")
    if scoring is not None:
        from untilyes.stats.scores import estimate_weighted_score  # noqa: PLC0415

        return _told(estimate_weighted_score(values, weights, scoring, level=level), "choice.weighted")
    if np.isin(values, (0.0, 1.0)).all():
        from untilyes.stats.shares import estimate_weighted_share  # noqa: PLC0415

        return _told(estimate_weighted_share(values, weights, level=level), "choice.weighted")
    from untilyes.stats.weights import estimate_weighted_mean  # noqa: PLC0415

    return _told(estimate_weighted_mean(values, weights, level=level, unit=unit), "choice.weighted")


def _waiting(x: Any, ended: npt.ArrayLike, level: float, unit: str) -> Estimate:
    from untilyes.stats.survival import estimate_survival  # noqa: PLC0415

    survival = estimate_survival(x, ended, level=level, unit="seconds" if unit == "score" else unit)
    return _told(survival.quantile(), "choice.waiting")


def _estimates(before: Any, after: Any, wishes: dict[str, Any]) -> Change:
    from untilyes.stats.changes import compare_estimates  # noqa: PLC0415

    if not (isinstance(before, Estimate) and isinstance(after, Estimate)):
        raise TypeError("one side is an estimate and the other is not; estimate both alike first.")
    return replace(compare_estimates(before, after, **wishes), why=say("choice.mover"))


def _shares(before: Share, after: Share, wishes: dict[str, Any], level: float, *, watched: bool) -> Change:
    if watched:
        from untilyes.stats.watched import watch_change  # noqa: PLC0415

        return replace(watch_change(before, after, level=level, **wishes), why=say("choice.watched"))
    from untilyes.stats.changes import compare_shares  # noqa: PLC0415

    return replace(compare_shares(before, after, level=level, **wishes), why=say("choice.newcombe"))


def _paired(
    before: Any, after: Any, scoring: Scoring | None, wishes: dict[str, Any], level: float, *, watched: bool
) -> Change:
    if watched:
        raise ValueError("watched comparisons exist for two groups of people; leave out paired.")
    if any(isinstance(side, (Mapping, tuple)) for side in (before, after)):
        raise ValueError("paired needs each person's answer on both sides, in the same order; counts lost who is who.")
    first, second = (checks.vector(np.asarray(side, dtype=np.float64), "answers") for side in (before, after))
    checks.same_length(("before", first), ("after", second))
    if scoring is not None:
        return replace(_paired_scores(first, second, scoring, wishes, level), why=say("choice.paired"))
    if np.isin(np.concatenate([first, second]), (0.0, 1.0)).all():
        return replace(_paired_answers(first, second, wishes, level), why=say("choice.paired"))
    return replace(_paired_means(first, second, wishes, level), why=say("choice.paired"))


def _paired_scores(first: Floats, second: Floats, scoring: Scoring, wishes: dict[str, Any], level: float) -> Change:
    from untilyes.stats.score_changes import compare_paired_scores  # noqa: PLC0415

    rows, people = np.unique(np.column_stack([first, second]), axis=0, return_counts=True)
    pairs = {(float(a), float(b)): float(count) for (a, b), count in zip(rows, people, strict=True)}
    return compare_paired_scores(pairs, scoring, level=level, **wishes)


def _paired_answers(first: Floats, second: Floats, wishes: dict[str, Any], level: float) -> Change:
    from untilyes.stats.comparisons import compare_paired_shares  # noqa: PLC0415

    kinds = [float(np.sum((first == a) & (second == b))) for a, b in ((1, 1), (1, 0), (0, 1), (0, 0))]
    return compare_paired_shares(*kinds, level=level, **wishes)


def _paired_means(first: Floats, second: Floats, wishes: dict[str, Any], level: float) -> Change:
    from scipy import special  # noqa: PLC0415

    from untilyes.stats.cells import Estimates  # noqa: PLC0415
    from untilyes.stats.changes import FEWEST, judge  # noqa: PLC0415
    from untilyes.stats.means import estimate_mean  # noqa: PLC0415

    n = first.size
    gaps = second - first
    error = float(gaps.std(ddof=1)) / n**0.5 if n > 1 else np.nan
    delta = float(gaps.mean()) if n else np.nan
    sides = [Estimates.of([estimate_mean(_counted(side), level=level)]) for side in (first, second)]

    def ends(at: float) -> tuple[Floats, Floats]:
        half = float(special.stdtrit(max(n - 1, 1), 0.5 + at / 2)) * error
        return np.array([delta - half]), np.array([delta + half])

    p = 2 * float(special.stdtr(n - 1, -abs(delta) / error)) if n > 1 and error > 0 else float(delta == 0)
    return judge(
        (sides[0], sides[1]), ends(level), ends(2 * level - 1), np.array([p]), "paired t", level=level,
        better=wishes["better"], matters=wishes["matters"], correction=None, fewest=FEWEST,
    )[0]  # fmt: skip


def _counted(values: Sequence[float] | Floats) -> Histogram:
    distinct, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    return dict(zip(distinct.tolist(), counts.astype(float).tolist(), strict=True))
