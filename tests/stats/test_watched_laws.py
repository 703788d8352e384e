"""What must hold of intervals that stay valid under watching, and of corrections for many questions."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.stats.claims import Call, Floats, ends, known, three
from untilyes.stats.multiplicity import (
    Display,
    benjamini_hochberg,
    benjamini_yekutieli,
    correct,
    holm,
    may_show,
    suppress_small,
)
from untilyes.stats.results import Estimate, Verdict
from untilyes.stats.scores import estimate_score
from untilyes.stats.shares import estimate_share
from untilyes.stats.watched import mixture_ends, watch_change, watch_mean, watch_score, watch_share, watch_shares


@st.composite
def counted(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(counted(), st.sampled_from([0.8, 0.95, 0.99]), st.sampled_from([None, 50.0, 1000.0]))
def test_a_watched_share_is_never_narrower_than_one_looked_at_once(
    case: tuple[int, int], level: float, tuned_for: float | None
) -> None:
    value, low, high = three(watch_share(*case, level=level, tuned_for=tuned_for))
    assert 0 <= low <= value <= high <= 1
    assume(0 < case[0] < case[1])
    once = estimate_share(*case, level=level)
    assert high - low >= known(once.width) - 1e-9


@given(counted(), st.sampled_from([None, 200.0]))
def test_yes_and_no_mirror_each_other(case: tuple[int, int], tuned_for: float | None) -> None:
    k, n = case
    yes, no = (three(watch_share(x, n, tuned_for=tuned_for)) for x in (k, n - k))
    assert yes == pytest.approx((1 - no[0], 1 - no[2], 1 - no[1]), abs=1e-8)


@given(counted())
def test_nothing_seen_leaves_everything_open_and_more_seen_leaves_less(case: tuple[int, int]) -> None:
    k, n = case
    assert tuple(map(float, mixture_ends(0, 0))) == (0.0, 1.0)
    widths = [known(watch_share(k * m, n * m).width) for m in (1, 4, 40)]
    assert widths[0] >= widths[1] >= widths[2]


def test_many_at_once_are_each_alone() -> None:
    together = watch_shares([0, 5, 450], [20, 10, 500])
    assert [three(e) for e in together] == [three(watch_share(*c)) for c in ((0, 20), (5, 10), (450, 500))]


@given(counted(), st.floats(-50, 50), st.floats(0.1, 100))
def test_a_watched_mean_follows_its_scale(case: tuple[int, int], bottom: float, span: float) -> None:
    k, n = case
    share = three(watch_share(k, n))
    mean = three(watch_mean(n * bottom + k * span, n, scale=(bottom, bottom + span)))
    assert mean == pytest.approx(tuple(bottom + span * x for x in share), abs=1e-5 * max(span, 1))


@given(st.dictionaries(st.integers(0, 10).map(float), st.integers(0, 900), min_size=1))
def test_a_watched_score_is_wider_than_one_looked_at_once(wave: dict[float, int]) -> None:
    assume(sum(wave.values()) > 0)
    value, low, high = three(watch_score({v: float(c) for v, c in wave.items()}))
    once = ends(estimate_score({v: float(c) for v, c in wave.items()}))
    assert -100 <= low <= value <= high <= 100
    assert low <= once[0] + 1e-9
    assert once[1] <= high + 1e-9


@given(counted(), counted())
def test_a_watched_change_turns_around_and_asks_for_more(before: tuple[int, int], after: tuple[int, int]) -> None:
    there, back = watch_change(before, after), watch_change(after, before)
    assert known(there.delta) == pytest.approx(-known(back.delta))
    assert known(there.p) == pytest.approx(known(back.p))
    low, high = ends(there)
    assert (known(there.p) < 0.05) is (low > 0 or high < 0)


def test_watching_needs_more_than_a_glance_does() -> None:
    assert watch_change((780, 1000), (820, 1000)).verdict is Verdict.NO_REAL_CHANGE
    assert watch_change((780, 1000), (860, 1000)).verdict is Verdict.BETTER
    assert watch_change((7800, 10_000), (7810, 10_000), matters=0.05).equivalent


ps = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(ps, st.sampled_from(["bh", "by", "holm"]))
def test_corrected_p_values_keep_their_order_and_never_shrink(p: list[float], how: str) -> None:
    corrected = correct(p, how)
    assert (corrected >= np.array(p) - 1e-15).all()
    assert (corrected <= 1).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(corrected[order]) >= -1e-15).all()


@given(ps, st.randoms(use_true_random=False))
def test_the_order_of_the_questions_changes_nothing(p: list[float], random: np.random.Generator) -> None:
    order = list(range(len(p)))
    random.shuffle(order)
    assert benjamini_hochberg(np.array(p)[order]) == pytest.approx(benjamini_hochberg(p)[order])


@given(ps)
def test_by_is_stricter_than_bh_and_holm_than_bh(p: list[float]) -> None:
    plain = benjamini_hochberg(p)
    assert (benjamini_yekutieli(p) >= plain - 1e-12).all()
    assert (holm(p) >= plain - 1e-12).all()


@given(ps, st.integers(1, 5))
def test_what_was_not_tested_is_not_counted(p: list[float], untested: int) -> None:
    padded = benjamini_hochberg([*p, *[float("nan")] * untested])
    assert padded[: len(p)] == pytest.approx(benjamini_hochberg(p))
    assert np.isnan(padded[len(p) :]).all()


def hidden_can_be_computed(counts: Floats, hidden: npt.NDArray[np.bool_]) -> bool:
    """Whether some line hides exactly one cell, which its published total then gives away."""
    lines = [*hidden] if counts.ndim == 2 else [hidden]
    lines += [*hidden.T] if counts.ndim == 2 else []
    return any(line.sum() == 1 and line.size > 1 for line in lines)


@given(st.integers(1, 6), st.integers(2, 6), st.integers(0, 10_000))
def test_no_small_cell_is_shown_and_none_follows_from_a_total(rows: int, columns: int, seed: int) -> None:
    counts = np.random.default_rng(seed).poisson(8, size=(rows, columns)).astype(float)
    table = counts[0] if rows == 1 else counts
    hidden = suppress_small(table)
    assert hidden[(table > 0) & (table < 5)].all()
    assert not hidden_can_be_computed(table, hidden)
    if not ((table > 0) & (table < 5)).any():
        assert not hidden.any()


def test_nobody_answered_is_never_shown() -> None:
    assert may_show(Estimate(None, None, None, 0, "wilson")).display is Display.SUPPRESSED


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: watch_share(3, 2), "k cannot exceed n"),
        (lambda: watch_share(1, 2, level=0), "level must lie"),
        (lambda: watch_share(1, 2, tuned_for=0), "tuned_for must lie"),
        (lambda: watch_mean(3, 1, scale=(5, 1)), "smallest value first"),
        (lambda: watch_mean(30, 5, scale=(1, 5)), "leaves the scale"),
        (lambda: benjamini_hochberg([1.2]), "divide percentages by 100"),
        (lambda: correct([0.1], "bonferroni"), "must be one of"),
        (lambda: suppress_small(np.ones((2, 2, 2))), "one table at a time"),
        (lambda: suppress_small([-1, 3]), "cannot be negative"),
    ],
)
def test_impossible_input_is_refused_with_a_way_out(call: Call, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        call()
