"""The chooser picks what the chart in the documentation says, gives the same numbers, and says why."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import untilyes.stats
from tests.stats.claims import Call, three
from untilyes import stats
from untilyes.stats import FAMILIES
from untilyes.stats.phrasebook import phrase
from untilyes.stats.phrases_about_customers import ABOUT_CUSTOMERS

RATINGS = {5: 60, 4: 25, 1: 15}
ANSWERS = [10] * 50 + [8] * 27 + [3] * 23


@pytest.mark.parametrize(
    ("x", "said", "method"),
    [
        ((450, 500), {}, "wilson"),
        ([1, 1, 0], {}, "wilson"),
        ((450, 500), {"guaranteed": True}, "clopper-pearson"),
        ((450, 500), {"watched": True}, "beta-binomial confidence sequence"),
        (ANSWERS, {"scoring": stats.NPS}, "adjusted Wald"),
        ({10: 50, 3: 20}, {"scoring": stats.NPS}, "adjusted Wald"),
        (ANSWERS, {"scoring": stats.NPS, "watched": True}, "asymptotic confidence sequence"),
        (RATINGS, {}, "t"),
        (RATINGS, {"watched": True, "scale": (1, 5)}, "beta-binomial confidence sequence"),
        ([1, 0, 1, 1], {"weights": [1, 2, 1, 1]}, "wilson"),
        ([4, 5, 3, 1], {"weights": [1, 2, 1, 1]}, "weighted mean"),
        ([10, 9, 3, 8], {"weights": [1, 2, 1, 1], "scoring": stats.NPS}, "adjusted Wald"),
        ([3, 4, 9, 12], {"ended": [1, 1, 0, 1]}, "Kaplan-Meier"),
    ],
)
def test_interval_picks_by_what_it_is_given_and_says_why(x: Any, said: dict[str, Any], method: str) -> None:
    estimate = stats.interval(x, **said)
    assert estimate.method.startswith(method)
    assert len(estimate.why) > 20
    value, low, high = three(estimate)
    assert low <= value <= high


@pytest.mark.parametrize(
    ("before", "after", "said", "method"),
    [
        ((70, 100), (80, 100), {}, "Newcombe"),
        ((70, 100), (80, 100), {"watched": True}, "confidence sequence"),
        ([1, 0] * 20, [1, 1] * 20, {"paired": True}, "Newcombe paired"),
        (ANSWERS, ANSWERS, {"scoring": stats.NPS}, "adjusted Wald"),
        (ANSWERS, ANSWERS[::-1], {"scoring": stats.NPS, "paired": True}, "paired adjusted Wald"),
        (RATINGS, {5: 80, 4: 10, 1: 10}, {}, "Welch"),
        ([5, 4, 1] * 10, [5, 5, 2] * 10, {"paired": True}, "paired t"),
        (stats.Estimate(1.0, 0.5, 1.5, 50, "any"), stats.Estimate(2.0, 1.5, 2.5, 50, "any"), {}, "MOVER"),
    ],
)
def test_compare_picks_by_what_it_is_given_and_says_why(
    before: Any, after: Any, said: dict[str, Any], method: str
) -> None:
    change = stats.compare(before, after, **said)
    assert change.method == method
    assert len(change.why) > 20


def test_chooser_gives_the_numbers_of_what_it_picked() -> None:
    assert three(stats.interval((450, 500))) == three(stats.estimate_share(450, 500))
    chosen, direct = stats.compare((70, 100), (80, 100)), stats.compare_shares((70, 100), (80, 100))
    assert (chosen.delta, chosen.low, chosen.high, chosen.p) == (direct.delta, direct.low, direct.high, direct.p)


def test_paired_t_agrees_with_scipy() -> None:
    from scipy import stats as scipy_stats

    rng = np.random.default_rng(1)
    before = rng.normal(3, 1, 60)
    after = before + rng.normal(0.2, 0.5, 60)
    change = stats.compare(before, after, paired=True)
    peer = scipy_stats.ttest_rel(after, before)
    ends = peer.confidence_interval()
    assert (change.p, change.low, change.high) == pytest.approx((peer.pvalue, ends.low, ends.high))


def test_one_side_of_only_ones_is_still_compared_as_ratings() -> None:
    change = stats.compare([1, 1, 1, 1] * 5, [1, 2, 3, 2] * 5)
    assert change.method == "Welch"
    assert change.delta == pytest.approx(1)


def test_nobody_answered_is_undefined_and_not_an_error() -> None:
    assert stats.interval((0, 0)).value is None
    assert stats.interval({}, scoring=stats.NPS).value is None


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: stats.interval((5, 4)), "k cannot exceed n"),
        (lambda: stats.interval((4, 5), watched=True, guaranteed=True), "leave out"),
        (lambda: stats.interval(RATINGS, watched=True), "scale"),
        (lambda: stats.interval(RATINGS, guaranteed=True), "yes and no"),
        (lambda: stats.interval(RATINGS, weights=[1, 2, 3]), "instead of counts"),
        (lambda: stats.compare((1, 2), (1, 2), paired=True), "who is who"),
        (lambda: stats.compare([1, 2], [1, 2, 3], paired=True), "differ in length"),
        (lambda: stats.compare(RATINGS, RATINGS, watched=True), "yes and no"),
        (lambda: stats.compare([1, 0], [1, 0], paired=True, watched=True), "leave out paired"),
    ],
)
def test_contradictory_wishes_are_refused_with_advice(call: Call, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        call()


def test_an_estimate_beside_a_count_is_refused() -> None:
    with pytest.raises(TypeError, match="estimate both alike"):
        stats.compare(stats.interval((1, 2)), (1, 2))


def test_stub_and_package_offer_the_same_names() -> None:
    stub = ast.parse(Path(str(untilyes.stats.__file__)).with_suffix(".pyi").read_text())
    told = {
        (str(node.module).rsplit(".", 1)[1], str(alias.asname))
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert told == {(family, name) for family, names in FAMILIES.items() for name in names}


def test_every_name_is_there_and_a_function_is_not_hidden_by_its_family() -> None:
    import untilyes.stats.drivers
    import untilyes.stats.kano  # noqa: F401

    for name in (name for names in FAMILIES.values() for name in names):
        assert getattr(stats, name).__class__.__name__ != "module", name
    assert callable(stats.drivers)
    assert callable(stats.kano)


def test_importing_the_library_loads_no_engine() -> None:
    code = (
        "import untilyes.stats, sys; print([m for m in ('numpy', 'scipy', 'pandas', 'lifelines') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", sorted(ABOUT_CUSTOMERS))
def test_every_sentence_has_the_same_facts_in_all_languages(kind: str) -> None:
    def facts(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert len({frozenset(facts(phrase(kind, locale))) for locale in ("en", "de", "es", "pt")}) == 1
