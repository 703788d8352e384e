"""What is said out of everything that was examined."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from untilyes.analysis.findings import Candidate, Finding, Judgement, Kind, Tone, judge


def candidate(key: str, p: float | None, *, matters: bool = True, by: tuple[str, ...] = ()) -> Candidate:
    return Candidate(key, p, matters, lambda: finding(key), by)


def finding(key: str) -> Finding:
    return Finding(Kind.CHANGE, key, f"{key} changed.", Tone.WORSE, customers=100, effect=0.1, action="Look.")


def keys(judged: Judgement) -> set[str]:
    return {one.key for one in judged.findings}


def test_everything_examined_counts_in_the_correction_also_what_would_not_matter() -> None:
    alone = judge([candidate("a", 0.01)])
    among_many = judge([candidate("a", 0.01), *(candidate(f"x{n}", 0.5, matters=False) for n in range(99))])
    assert keys(alone) == {"a"}
    assert keys(among_many) == set()
    assert (alone.asked, among_many.asked) == (1, 100)


def test_what_is_real_but_does_not_matter_is_not_told() -> None:
    assert keys(judge([candidate("tiny", 1e-9, matters=False)])) == set()


def test_what_was_counted_and_not_tested_needs_no_correction() -> None:
    judged = judge([candidate("gap in the data", None), candidate("b", 0.9)])
    assert keys(judged) == {"gap in the data"}
    assert judged.findings[0].q is None


def test_one_cause_is_one_finding_that_names_its_other_sights() -> None:
    judged = judge(
        [candidate("fine", 1e-6), candidate("wide", 1e-8, by=("fine",)), candidate("twin", 1e-4, by=("wide",))]
    )
    assert keys(judged) == {"fine"}
    assert set(judged.findings[0].also) == {"wide changed.", "twin changed."}


def test_what_would_explain_but_is_not_real_explains_nothing() -> None:
    assert keys(judge([candidate("a", 1e-6, by=("b",)), candidate("b", 0.8)])) == {"a"}


def test_explanations_in_a_circle_leave_the_surest_standing() -> None:
    judged = judge([candidate("a", 1e-6, by=("b",)), candidate("b", 1e-9, by=("a",))])
    assert keys(judged) == {"b"}


def test_of_three_names_for_one_thing_one_is_told() -> None:
    names = {"a": 1e-6, "b": 1e-9, "c": 1e-7}
    judged = judge([candidate(one, p, by=tuple(other for other in names if other != one)) for one, p in names.items()])
    assert keys(judged) == {"b"}
    assert set(judged.findings[0].also) == {"a changed.", "c changed."}


@pytest.mark.parametrize(("claims", "told"), [(("left", "left"), {"a"}), (("left", "no"), {"a", "b"})])
def test_one_claim_about_the_same_people_is_one_finding_told_by_the_surest(
    claims: tuple[str, str], told: set[str]
) -> None:
    def nobody() -> Any:
        raise AssertionError("asked of the engine")

    examined = [
        replace(candidate(key, p), people=nobody, claim=claim)
        for key, p, claim in zip("ab", (1e-9, 1e-6), claims, strict=True)
    ]
    assert keys(judge(examined, are_the_same=lambda *_: True)) == told
    assert keys(judge(examined, are_the_same=lambda *_: False)) == {"a", "b"}


@given(st.lists(st.tuples(st.floats(0, 1), st.lists(st.integers(0, 9), max_size=3)), min_size=1, max_size=10))
def test_nothing_real_is_lost_every_one_is_told_or_named_by_one_that_is(drawn: list[tuple[float, list[int]]]) -> None:
    examined = [candidate(f"k{n}", p * 0.001, by=tuple(f"k{m}" for m in by)) for n, (p, by) in enumerate(drawn)]
    judged = judge(examined)
    told = len(judged.findings) + sum(len(one.also) for one in judged.findings)
    assert told == len(examined)
    assert judged.findings


def test_findings_come_in_the_order_of_their_worth() -> None:
    sizes = {"small": 10, "large": 1_000, "middle": 100}
    examined = [
        Candidate(
            key,
            1e-9,
            True,
            lambda key=key, n=n: Finding(Kind.CHANGE, key, key, Tone.WORSE, n, 0.1, "Look."),  # type: ignore[misc]
        )
        for key, n in sizes.items()
    ]
    assert [one.key for one in judge(examined).findings] == ["large", "middle", "small"]


def test_of_pure_chance_hardly_anything_is_told() -> None:
    rng = np.random.default_rng(7)
    told = [
        len(judge([candidate(f"{n}", float(p)) for n, p in enumerate(rng.random(200))]).findings) for _ in range(400)
    ]
    assert np.mean([n > 0 for n in told]) < 0.08
