"""A measure of answers can be told by what customers wrote beside them, held against a count by hand."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.analysis.said import AT
from untilyes.analysis.measures import MEASURES, UnknownDimension
from untilyes.lake import Lake

# response: (answer, topics of its comment; None where it holds no comment)
SAID: dict[str, tuple[float, str | None]] = {
    **{f"a{n}": (0.0, "en-late") for n in range(6)},
    **{f"b{n}": (1.0, "en-late asked-1") for n in range(4)},
    **{f"c{n}": (1.0, "en-kind") for n in range(7)},
    **{f"d{n}": (0.0, None) for n in range(5)},
    **{f"e{n}": (1.0, "") for n in range(5)},
}
NO_TOPIC: list[str | None] = [None]
EFFECTIVENESS = MEASURES["effectiveness"]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    answers, heard = [], []
    for number, (response, (value, topics)) in enumerate(SAID.items()):
        fact = {"at": AT - timedelta(days=number), "source": "survey", "response_id": response}
        answers.append(
            {**fact, "id": f"{response}:e", "question": "effective", "value": value, "scale_min": 0, "scale_max": 1}
        )
        if topics is not None:
            heard += [{**fact, "id": f"{response}:{part}", "topics": topics or None} for part in ("one", "two")]
    lake.record("answers", answers)
    lake.replace("heard", heard)
    lake.refresh_rollups([EFFECTIVENESS])
    return lake


def test_an_answer_counts_in_each_of_its_topics_and_once_in_the_total(lake: Lake) -> None:
    reading = EFFECTIVENESS(lake, by=["topic"], floor=1)
    found = {cell.key["topic"]: (sum(cell.bins.values()), cell.bins.get(1, 0)) for cell in reading}
    by_hand: Counter[tuple[str | None, float]] = Counter()
    for value, topics in SAID.values():
        by_hand.update((topic, value) for topic in [*(topics or "").split()] or NO_TOPIC)
    assert found == {
        topic: (by_hand[topic, 0.0] + by_hand[topic, 1.0], by_hand[topic, 1.0])
        for topic in ("en-late", "asked-1", "en-kind", None)
    }
    assert reading.total.n == len(SAID)
    assert reading.computed_from == "facts"


def test_a_measure_narrows_to_one_topic_several_or_none(lake: Lake) -> None:
    def n(wanted: object) -> float:
        return EFFECTIVENESS(lake, where={"topic": wanted}).total.n  # type: ignore[dict-item]

    assert (n("en-late"), n("en-kind"), n(None)) == (10, 7, 10)
    assert n(["en-late", "asked-1"]) == 10
    assert n(["en-kind", None]) == 17
    assert n("nothing") == 0


def test_topics_cut_with_time_and_lead_to_their_rows(lake: Lake) -> None:
    newest = EFFECTIVENESS(lake, by=["topic"], since=AT.date() - timedelta(days=5), until=date(2027, 1, 1), floor=1)
    assert [(cell.key["topic"], cell.estimate.n) for cell in newest] == [("en-late", 6)]
    rows = EFFECTIVENESS.rows(lake, where={"topic": "asked-1"}).to_pylist()
    assert sorted(row["response_id"] for row in rows) == ["b0", "b1", "b2", "b3"]


def test_without_topics_the_roll_up_still_answers(lake: Lake) -> None:
    assert EFFECTIVENESS(lake, by=["source"]).computed_from == "roll-up"


def test_what_is_not_said_in_a_response_knows_no_topic(lake: Lake) -> None:
    with pytest.raises(UnknownDimension, match="topic"):
        MEASURES["promise_kept"](lake, by=["topic"])
