"""Whatever happened to the facts: a number read from the roll-up is the number counted from the facts."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from tests.analysis.invented import DAYS, START, invent
from untilyes.analysis.measures import MEASURES, Measure, Reading
from untilyes.lake import Lake

NOW = START + timedelta(days=DAYS + 3)
QUESTIONS = (
    {"by": ("day", "source", "channel", "touchpoint", "team"), "floor": 0},
    {"by": ("week",), "where": {"channel": ["email", None]}, "since": date(2026, 3, 1), "until": date(2026, 3, 30)},
)


def said(reading: Reading) -> object:
    return reading.total, reading.bins, [(dict(cell.key), cell.estimate, cell.bins, cell.hidden) for cell in reading]


def assert_agree(lake: Lake, measure: Measure, *, computed_from: str | None = None) -> None:
    for question in QUESTIONS:
        rolled = measure(lake, now=NOW, **question)  # type: ignore[arg-type]
        counted = measure(lake, now=NOW, from_facts=True, **question)  # type: ignore[arg-type]
        assert counted.computed_from == "facts"
        assert computed_from in {None, rolled.computed_from}
        assert said(rolled) == said(counted), (measure.name, question)


def record(lake: Lake, rng: np.random.Generator, size: int, *, days: int = DAYS, since: datetime = START) -> None:
    for table, facts in invent(rng, size, days=days, since=since).items():
        lake.record(table, facts)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3, 4))])
def test_after_late_facts_corrections_and_erasures_the_rollup_agrees_with_the_facts(lake: Lake, seed: int) -> None:
    rng = np.random.default_rng(seed)
    record(lake, rng, 150)
    lake.refresh_rollups(MEASURES.values())
    for measure in MEASURES.values():
        assert_agree(lake, measure, computed_from="roll-up")

    record(lake, rng, 8, days=2, since=START + timedelta(days=30))  # new, and corrections of any day
    for measure in MEASURES.values():
        assert_agree(lake, measure)
    lake.refresh_rollups(MEASURES.values())
    for measure in MEASURES.values():
        assert_agree(lake, measure, computed_from="roll-up")

    lake.erase(["customer-3", "customer-17"])
    lake.compact()
    for measure in MEASURES.values():
        assert_agree(lake, measure)
    lake.refresh_rollups(MEASURES.values())
    for measure in MEASURES.values():
        assert_agree(lake, measure, computed_from="roll-up")


def test_new_facts_are_counted_before_the_next_refresh_and_old_days_still_come_from_the_rollup(lake: Lake) -> None:
    record(lake, np.random.default_rng(5), 80)
    lake.refresh_rollups(MEASURES.values())
    late = START + timedelta(days=DAYS + 1)
    fact = {"id": "late", "at": late, "source": "survey", "question": "got_it", "value": 1.0}
    before = MEASURES["got_it"](lake)
    lake.record("answers", [fact])
    after = MEASURES["got_it"](lake)
    assert after.computed_from == "roll-up and facts"
    assert after.total.n == before.total.n + 1
    assert_agree(lake, MEASURES["got_it"])


def test_a_refresh_with_nothing_new_writes_nothing(lake: Lake) -> None:
    record(lake, np.random.default_rng(6), 40)
    assert lake.refresh_rollups(MEASURES.values()) > 0
    version = lake.version("rollups")
    assert lake.refresh_rollups(MEASURES.values()) == 0
    assert lake.version("rollups") == version


def test_a_measure_of_another_edition_is_counted_anew(lake: Lake) -> None:
    record(lake, np.random.default_rng(7), 40)
    lake.refresh_rollups(MEASURES.values())
    changed = Measure(**{**vars(MEASURES["got_it"]), "edition": 2})
    assert changed(lake).computed_from == "facts"
    lake.refresh_rollups([changed])
    assert_agree(lake, changed, computed_from="roll-up")


def test_an_earlier_answer_that_comes_late_takes_the_place_of_the_first(lake: Lake) -> None:
    """It changes another day than its own: the day of the answer that was the first until then."""

    def confirmed(name: str, day: int, value: float) -> dict[str, object]:
        at = datetime(2026, 3, day, 12, tzinfo=UTC)
        told = {"question": "effective", "value": value, "interaction_id": "order-1"}
        return {"id": name, "at": at, "source": "survey", **told}

    first = MEASURES["first_time_yes"]
    lake.record("answers", [confirmed("second", 20, 1.0)])
    lake.refresh_rollups([first])
    lake.record("answers", [confirmed("first", 10, 0.0)])
    for refresh in (False, True):
        if refresh:
            lake.refresh_rollups([first])
        assert first(lake, floor=0).bins == {0: 1}
        assert first(lake, floor=0, by=("day",), from_facts=True).cells[0].key == {"day": date(2026, 3, 10)}
        assert_agree(lake, first)


def test_every_measure_of_an_empty_lake_is_undefined_and_raises_nothing(lake: Lake) -> None:
    for measure in MEASURES.values():
        reading = measure(lake, by=("week",), now=NOW)
        assert (reading.total.value, reading.total.n, reading.cells, reading.data_until) == (None, 0, (), None)
    assert lake.refresh_rollups(MEASURES.values()) == 0
