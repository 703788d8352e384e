"""Of facts that happened at the same instant the order of their ids says which was first, however they were written."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from untilyes.analysis.engagement import _sum_up_feeling
from untilyes.analysis.episodes import read_asked
from untilyes.analysis.journeys import open_log
from untilyes.lake import Lake

AT, UNTIL = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
Ask = Callable[[Lake], Any]


def answer(name: str, question: str, value: float) -> dict[str, Any]:
    return {
        "id": name, "at": AT, "source": "survey", "customer_id": "c", "interaction_id": "i", "question": question,
        "value": value, "scale_min": 0.0, "scale_max": 10.0 if question == "nps" else 1.0,
    }  # fmt: skip


def first_and_last(lake: Lake) -> tuple[float, float]:
    lake.record("interactions", [{"id": "i", "at": AT, "source": "ticket", "customer_id": "c", "task": "refund"}])
    (row,) = lake.fetch(lambda: read_asked(lake, UNTIL)).to_pylist()
    return row["first"], row["last"]


def last_score(lake: Lake) -> float:
    (row,) = lake.fetch(lambda: _sum_up_feeling(lake, datetime(2026, 1, 1, tzinfo=UTC), UNTIL)).to_pylist()
    return float(row["nps"])


@pytest.mark.parametrize(
    ("question", "values", "ask", "told"),
    [("effective", (1.0, 0.0, 0.0), first_and_last, (1.0, 0.0)), ("nps", (3.0, 9.0, 7.0), last_score, 7.0)],
    ids=["first and last answer", "newest score"],
)
def test_answers_of_one_instant(
    tmp_path: Path, question: str, values: tuple[float, ...], ask: Ask, told: tuple[float, float] | float
) -> None:
    facts = [answer(f"a{n}", question, value) for n, value in enumerate(values)]
    for number, order in enumerate(permutations(facts)):
        lake = Lake(tmp_path / f"{number}")
        for fact in order:
            lake.record("answers", [fact])
        assert ask(lake) == told


def test_by_which_way_a_journey_came_in(tmp_path: Path) -> None:
    ways = ("phone", "email", "web")
    facts = [
        {"id": f"log:{n}", "at": AT, "source": "event", "process_id": "p", "activity": "opened", "channel": way}
        for n, way in enumerate(ways)
    ]
    for number, order in enumerate(permutations(facts)):
        lake = Lake(tmp_path / f"{number}")
        for fact in order:
            lake.record("events", [fact])
        with open_log(lake) as log:
            assert [row["channel"] for row in log.fetch(log.ends)] == ["phone"]
