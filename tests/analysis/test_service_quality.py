"""Which answers belong to a questionnaire, its gaps and its features, counted from a lake."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from untilyes.analysis.service_quality import FEWEST, list_item_sets, read_features, read_quality
from untilyes.lake import Lake
from untilyes.stats.kano import Category
from untilyes.stats.servqual import servqual

AT = datetime(2026, 3, 1, tzinfo=UTC)


def told(respondent: int, question: str, value: float, *, low: int = 1, high: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{respondent}:{question}", "at": AT, "source": "survey", "response_id": f"r{respondent}",
        "question": question, "value": value, "scale_min": low, "scale_max": high, "higher_is_better": True,
    } | more  # fmt: skip


def answer_all(people: int, *, rng: np.random.Generator) -> list[dict[str, Any]]:
    questions = [f"shop.{part}.{side}{item:02}" for part in ("speed", "care") for side in "ep" for item in (1, 2)]
    return [told(person, question, float(rng.integers(1, 8))) for person in range(people) for question in questions]


def test_the_gaps_are_those_of_the_answers_laid_out_by_hand(lake: Lake) -> None:
    facts = answer_all(60, rng=np.random.default_rng(1))
    lake.record("answers", facts)
    (items,) = list_item_sets(lake)
    assert (items.name, dict(items.dimensions)) == (
        "shop",
        {"care": ("care.01", "care.02"), "speed": ("speed.01", "speed.02")},
    )
    found = read_quality(lake, items)
    assert found is not None
    assert found.respondents == 60
    said = {(fact["response_id"], fact["question"]): fact["value"] for fact in facts}
    sides = [
        [[said[f"r{p}", f"shop.{d}.{side}{i}"] for d in ("care", "speed") for i in ("01", "02")] for p in range(60)]
        for side in "ep"
    ]
    by_hand = servqual(sides[0], sides[1], items.form)
    assert [gap.gap.value for gap in found.gaps.items] == pytest.approx([gap.gap.value for gap in by_hand.items])
    assert found.gaps.overall == by_hand.overall


def test_a_reversed_scale_is_turned(lake: Lake) -> None:
    facts = answer_all(60, rng=np.random.default_rng(2))
    turned = [fact | {"value": 8 - fact["value"], "higher_is_better": False} for fact in facts]
    lake.record("answers", turned)
    other = Lake(lake.path.parent / "other", lake.zone)
    other.record("answers", facts)
    found = [read_quality(one, list_item_sets(one)[0]) for one in (lake, other)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].gaps.overall == found[1].gaps.overall


def test_perceptions_alone_make_scores_and_say_nothing_of_expectations(lake: Lake) -> None:
    rng = np.random.default_rng(3)
    lake.record(
        "answers", [told(p, f"servqual.p{i:02}", float(rng.integers(1, 8))) for p in range(40) for i in range(1, 23)]
    )
    (items,) = list_item_sets(lake)
    assert list(items.dimensions) == ["tangibles", "reliability", "responsiveness", "assurance", "empathy"]
    found = read_quality(lake, items)
    assert found is not None
    assert not found.has_expectations
    assert found.gaps.difference_reliability is None


def test_the_zone_of_tolerance_needs_all_three_columns(lake: Lake) -> None:
    rng = np.random.default_rng(4)
    sides = {"a": (2, 4), "e": (6, 8), "p": (4, 6)}
    lake.record(
        "answers",
        [told(p, f"shop.care.{s}01", float(rng.integers(*ends))) for p in range(40) for s, ends in sides.items()],
    )
    found = read_quality(lake, list_item_sets(lake)[0])
    assert found is not None
    assert [zone.standing for zone in found.tolerance] == ["inside"]


def test_fewer_than_thirty_respondents_say_nothing(lake: Lake) -> None:
    lake.record("answers", answer_all(FEWEST - 1, rng=np.random.default_rng(5)))
    assert read_quality(lake, list_item_sets(lake)[0]) is None


def test_another_scale_is_another_questionnaire_and_is_left_out(lake: Lake) -> None:
    facts = answer_all(40, rng=np.random.default_rng(6))
    lake.record("answers", [*facts, told(99, "shop.care.p01", 3.0, high=5), told(99, "shop.care.e01", 5.0, high=5)])
    (items,) = list_item_sets(lake)
    assert items.high == 7
    found = read_quality(lake, items)
    assert found is not None
    assert found.respondents == 40


def test_a_pair_counts_when_both_were_answered_in_one_response(lake: Lake) -> None:
    facts = [
        told(p, f"shop.chat.{side}", value, low=0, high=4)
        for p in range(40)
        for side, value in (("functional", 0.0), ("dysfunctional", 4.0 if p < 30 else 2.0))
    ]
    lake.record("answers", [*facts, told(77, "shop.chat.functional", 4.0, low=0, high=4)])
    lake.record(
        "answers",
        [told(p, f"shop.bell.{s}", 2.0, low=0, high=4) for p in range(5) for s in ("functional", "dysfunctional")],
    )
    (shop,) = read_features(lake)
    assert shop.too_few == 1
    (chat,) = shop.found
    assert (chat.n, chat.category, chat.counts["attractive"]) == (40, Category.ONE_DIMENSIONAL, 10)
