"""What must hold of composites and boxes, however customers stand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stats.claims import Call
from untilyes.stats.engagement import BOXES, composite, four_boxes, lift, migration, percentile_ranks
from untilyes.stats.yardstick import yardstick

column = st.lists(st.one_of(st.integers(-50, 50).map(float), st.just(np.nan)), min_size=1, max_size=40)


@given(column)
def test_ranks_are_bounded_average_a_half_and_ignore_rising_changes_of_unit(values: list[float]) -> None:
    ranks = percentile_ranks(values)
    seen = ~np.isnan(ranks)
    assert seen.tolist() == (~np.isnan(values)).tolist()
    if seen.any():
        assert ranks[seen].mean() == pytest.approx(0.5)
        assert ((ranks[seen] > 0) & (ranks[seen] < 1)).all()
    assert percentile_ranks(np.exp(np.array(values) / 10)) == pytest.approx(ranks, nan_ok=True)


@given(st.lists(st.tuples(*[st.one_of(st.floats(0, 9), st.just(np.nan))] * 3), min_size=1, max_size=30))
def test_composite_lies_among_its_parts_and_unknown_is_never_zero(rows: list[tuple[float, float, float]]) -> None:
    joined = composite(rows, ("a", "b", "c"), weights=[1, 2, 3])
    for value, coverage, parts in zip(joined.value, joined.coverage, joined.parts, strict=True):
        known = parts[~np.isnan(parts)]
        if known.size == 0:
            assert np.isnan(value)
            assert coverage == 0
        else:
            assert known.min() - 1e-12 <= value <= known.max() + 1e-12
            assert 0 < coverage <= 1


def test_reversed_input_counts_the_other_way() -> None:
    days = composite([[1.0], [30.0]], ("days since the last visit",), reverse=("days since the last visit",))
    assert days.value[0] > days.value[1]


def test_cohorts_are_ranked_among_themselves() -> None:
    assert percentile_ranks([1, 2, 100, 200], ["new", "new", "old", "old"]).tolist() == [0.25, 0.75, 0.25, 0.75]


sides = st.lists(st.tuples(st.floats(0, 1), st.one_of(st.floats(0, 1), st.just(np.nan))), min_size=1, max_size=30)


@given(sides, st.floats(0, 0.5))
def test_memberships_sum_to_one_and_their_counts_to_all(rows: list[tuple[float, float]], error: float) -> None:
    does, feels = zip(*rows, strict=True)
    boxes = four_boxes(does, feels, behaviour_error=error, emotion_error=error)
    known = boxes.codes >= 0
    assert boxes.chance[known].sum(axis=1) == pytest.approx(1)
    assert boxes.counts().value.sum() == pytest.approx(known.sum())
    assert (boxes.names[~known] == "unknown").all()


@given(sides)
def test_without_error_everybody_is_in_one_box(rows: list[tuple[float, float]]) -> None:
    boxes = four_boxes(*zip(*rows, strict=True))
    assert set(np.unique(boxes.chance[boxes.codes >= 0])) <= {0.0, 1.0}


def test_boxes_are_named_after_use_and_liking() -> None:
    boxes = four_boxes([0.9, 0.9, 0.1, 0.1], [0.9, 0.1, 0.9, 0.1])
    assert boxes.names.tolist() == [box.value for box in BOXES] == ["engaged", "captive", "fan", "distant"]
    assert boxes.sentence("de").startswith("25 % verbunden, 25 % gebunden")


def test_migration_rows_sum_to_one_where_anybody_was() -> None:
    rng = np.random.default_rng(1)
    then, now = (four_boxes(rng.uniform(size=200), rng.uniform(size=200)) for _ in range(2))
    moved = migration(then, now)
    assert moved.value.sum(axis=1) == pytest.approx(1)
    assert np.isnan(migration(four_boxes([0.9], [0.9]), four_boxes([0.9], [0.9])).value[3]).all()


def test_lift_rises_when_the_score_is_worth_having() -> None:
    rng = np.random.default_rng(1)
    score = rng.uniform(size=20_000)
    stayed = (rng.uniform(size=20_000) < 0.5 + 0.4 * score).astype(float)
    tenths = lift(score, stayed)
    assert len(tenths) == 10
    assert (np.diff(tenths.value) > 0).all()


@pytest.mark.parametrize(
    ("call", "advice"),
    [
        (lambda: percentile_ranks([1, np.inf]), "NaN marks the unknown"),
        (lambda: percentile_ranks([1, 2], ["a"]), "differ in length"),
        (lambda: composite([[1, 2]], ("a",)), "one column an input"),
        (lambda: composite([[1]], ("a",), weights=[0]), "sum to zero"),
        (lambda: composite([[1]], ("a",), reverse=("b",)), "not an input"),
        (lambda: four_boxes([1], [1], behaviour_error=-1), "negative"),
        (lambda: four_boxes([1, 2], [1]), "differ in length"),
    ],
)
def test_impossible_input_is_refused_with_advice(call: Call, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        call()


@given(
    st.lists(st.tuples(*[st.one_of(st.integers(0, 5).map(float), st.just(np.nan))] * 3), min_size=1, max_size=30),
    st.booleans(),
)
def test_a_kept_crowd_places_its_own_customers_where_they_were(rows: list[tuple[float, ...]], turned: bool) -> None:
    names, reverse = ("a", "b", "c"), ("b",) if turned else ()
    joined = composite(rows, names, weights=[1, 2, 3], reverse=reverse)
    placed = yardstick(rows, names, weights=[1, 2, 3], reverse=reverse).place(rows)
    for mine, theirs in ((placed.value, joined.value), (placed.error, joined.error), (placed.parts, joined.parts)):
        assert mine == pytest.approx(theirs, nan_ok=True)


def test_a_kept_crowd_places_a_stranger_between_its_values() -> None:
    crowd = yardstick([[1.0], [2.0], [4.0], [4.0]], ("visits",))
    assert crowd.n == 4
    assert crowd.place([[0.0], [3.0], [9.0]]).value.tolist() == [0.0, 0.5, 1.0]
    with pytest.raises(ValueError, match="one column an input"):
        crowd.place([1.0])
