"""A closer look at what matters: weights, parts not everybody used, what moves together, for whom it matters more."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.test_drivers import START, UNTIL, told
from untilyes.analysis.drivers import Matters, Source, read_drivers, tell_way
from untilyes.lake import Lake
from untilyes.stats.importance import Quadrant
from untilyes.stats.told import note

SIZE = 3_000


def pour(lake: Lake, *, seed: int = 5, weights: bool = False, rare: str = "leisure") -> dict[str, Any]:
    """The whole follows `room`, `parking` (half used it) and, for those on business, `wifi`; `food` echoes `room`.

    Those not on business are on leisure, but for one in 75, who are on whatever is `rare`.
    """
    rng = np.random.default_rng(seed)
    room, wifi, parking = (rng.integers(1, 6, SIZE) for _ in range(3))
    food = np.clip(room + rng.integers(-1, 2, SIZE), 1, 5)
    business = np.arange(SIZE) % 2 == 0
    used = rng.random(SIZE) < 0.5
    whole = 0.35 * room + np.where(business, 0.35 * wifi, 1.05) + np.where(used, 0.2 * parking, 0.6) + 0.2
    csat = np.clip(whole + rng.normal(0, 0.3, SIZE), 1, 5)
    scale = {"scale_min": 1.0, "scale_max": 5.0}
    answers = []
    for n in range(SIZE):
        more = scale | ({"weight": 3.0 if n % 3 else 0.5} if weights else {})
        answers.append(told(f"{n}", "csat", float(csat[n]), **more))
        answers += [
            told(f"{n}", name, float(x[n]), **more) for name, x in (("room", room), ("wifi", wifi), ("food", food))
        ]
        if used[n]:
            answers.append(told(f"{n}", "parking", float(parking[n]), **more))
    lake.record("answers", answers)
    lake.record(
        "customers",
        [
            {
                "id": f"customer {n}", "customer_id": f"customer {n}", "source": "event",
                "at": START - timedelta(days=9),
                "traits": json.dumps({"trip": "business" if business[n] else "leisure" if n % 75 else rare}),
            }
            for n in range(SIZE)
        ],
    )  # fmt: skip
    return {"room": room, "wifi": wifi, "parking": parking, "used": used, "csat": csat, "food": food}


def read(lake: Lake) -> Matters:
    found = read_drivers(lake, "csat", Source.RATINGS, until=UNTIL, in_depth=True)
    assert found is not None
    return found


def test_a_part_that_half_never_used_still_counts_with_everybody_s_answers(lake: Lake) -> None:
    pour(lake)
    found = read(lake)
    assert found.found.n == SIZE, "nobody is left out for not having parked"
    (parking,) = (one for one in found.found.drivers if one.name == "parking")
    assert parking.is_real
    assert parking.direction == "up"
    assert found.unknown == ()


def test_what_is_told_names_parts_as_people_do_and_says_which_way_they_go(lake: Lake) -> None:
    pour(lake)
    found = read(lake)
    tied = replace(
        found, found=replace(found.found, notes=(note("drivers.tied", first="room", second="wifi"),)),
        told={**found.told, "wifi": "“free wifi”"},
    )  # fmt: skip
    assert tied.notes == ("The order of “room” and “free wifi” is not established.",)
    silent = replace(tied, found=replace(tied.found, drivers=()))
    assert silent.notes == (), "there is no order among what does not matter"


@pytest.mark.parametrize(
    ("name", "source", "up", "way"),
    [
        ("duration", Source.OPERATIONS, False, "the longer, the worse"),
        ("promise_broken", Source.OPERATIONS, False, "worse where one was"),
        ("room", Source.RATINGS, True, "the better rated, the better"),
        ("en-1", Source.TOPICS, False, "who writes of it fares worse"),
    ],
)
def test_a_metric_says_which_way_it_goes_in_words_that_fit_it(name: str, source: Source, up: bool, way: str) -> None:
    assert tell_way(name, source, up=up) == way


def test_what_matters_more_to_some_is_found_and_nothing_else_is(lake: Lake) -> None:
    pour(lake)
    found = read(lake)
    assert {(one.told, one.value) for one in found.differences} == {("“wifi”", "business"), ("“wifi”", "leisure")}
    business = next(one for one in found.differences if one.value == "business")
    assert business.is_stronger
    assert business.here.value == pytest.approx(0.35, abs=0.05)
    assert business.elsewhere.value == pytest.approx(0.0, abs=0.05)
    assert found.compared > 2


def test_who_the_others_are_called_changes_nothing_about_them(tmp_path: Path) -> None:
    """A rare kind of customer fills few of the buckets that intervals are drawn from: they must be added where they
    belong, not one after the other."""
    alike, mixed = (Lake(tmp_path / rare, "Europe/Berlin") for rare in ("leisure", "study"))
    pour(alike)
    pour(mixed, rare="study")
    one, other = (
        next(found for found in read(lake).differences if found.value == "business") for lake in (alike, mixed)
    )
    assert (other.elsewhere.low, other.elsewhere.high) == pytest.approx((one.elsewhere.low, one.elsewhere.high))


def test_parts_that_move_together_are_told_as_a_group(lake: Lake) -> None:
    pour(lake)
    (group,) = read(lake).together
    assert set(group.told) == {"“room”", "“food”"}
    assert group.driver.share.value is not None


def test_strength_is_the_mean_among_those_who_used_it(lake: Lake) -> None:
    drawn = pour(lake)
    by_name = {one.name: one for one in read(lake).strengths}
    used = drawn["parking"][drawn["used"]]
    assert by_name["parking"].performance.value == pytest.approx((used.mean() - 1) / 4)
    assert by_name["parking"].performance.n == len(used)
    assert by_name["room"].quadrant in set(Quadrant)


def test_weighted_answers_count_as_they_weigh_and_are_worth_fewer(lake: Lake) -> None:
    drawn = pour(lake, weights=True)
    found = read(lake)
    w = np.where(np.arange(SIZE) % 3, 3.0, 0.5)
    assert found.is_weighted
    assert found.worth == pytest.approx(w.sum() ** 2 / (w**2).sum())
    room = next(one for one in found.strengths if one.name == "room")
    assert room.performance.value == pytest.approx(np.average((drawn["room"] - 1) / 4, weights=w))
    assert found.found.n == pytest.approx(SIZE)
