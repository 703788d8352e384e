"""Who is few stays private; what is asked wrongly is refused; every number leads to its rows."""

from datetime import timedelta

import numpy as np
import pytest

from tests.analysis.invented import START, Fact, answer
from untilyes.analysis.measures import MEASURES, UnknownDimension
from untilyes.lake import Lake


def said(channel: str | None, yes: int, no: int, *, touchpoint: str = "delivery") -> list[Fact]:
    return [
        answer(f"{channel}-{touchpoint}-{n}", "got_it", float(n < yes), channel=channel, touchpoint=touchpoint)
        for n in range(yes + no)
    ]


def test_cells_under_the_floor_show_neither_value_nor_count(lake: Lake) -> None:
    lake.record("answers", [*said("email", 30, 10), *said("phone", 3, 1), *said("chat", 20, 20)])
    cells = {cell.key["channel"]: cell for cell in MEASURES["got_it"](lake, by=("channel",))}
    assert cells["phone"].hidden == "fewer than 5 answers"
    assert (cells["phone"].estimate.value, cells["phone"].estimate.n, cells["phone"].bins) == (None, 0, {})


def test_a_hidden_cell_cannot_be_had_by_subtracting_the_others_from_the_total(lake: Lake) -> None:
    lake.record("answers", [*said("email", 30, 10), *said("phone", 3, 1), *said("chat", 20, 20)])
    reading = MEASURES["got_it"](lake, by=("channel",))
    assert reading.total.n == 84
    assert reading.hidden >= 2
    assert reading.total.n - sum(cell.estimate.n for cell in reading) >= 5


def test_a_whole_under_the_floor_is_hidden_as_well(lake: Lake) -> None:
    lake.record("answers", said("email", 3, 1))
    reading = MEASURES["got_it"](lake)
    assert (reading.total.value, reading.total.n, reading.bins) == (None, 0, {})


@pytest.mark.parametrize("seed", range(20))
def test_in_two_dimensions_no_row_and_no_column_gives_a_hidden_cell_away(lake: Lake, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows: list[Fact] = []
    for channel in ("email", "phone", "chat"):
        for touchpoint in ("delivery", "refund", "repair"):
            rows += said(channel, int(rng.integers(0, 12)), 0, touchpoint=touchpoint)
    lake.record("answers", rows)
    cells = MEASURES["got_it"](lake, by=("channel", "touchpoint")).cells
    for name in ("channel", "touchpoint"):
        for value in {cell.key[name] for cell in cells}:
            hidden = [cell for cell in cells if cell.key[name] == value and cell.hidden]
            true = [row for row in rows if row[name] == value]
            lost = len(true) - sum(cell.estimate.n for cell in cells if cell.key[name] == value)
            assert lost == 0 or lost >= 5 or len(hidden) >= 2


def test_an_unknown_dimension_is_refused_with_those_that_are_known(lake: Lake) -> None:
    with pytest.raises(UnknownDimension, match=r"knows no “colour”.*channel"):
        MEASURES["got_it"](lake, by=("colour",))
    with pytest.raises(UnknownDimension, match="knows no “promise”"):
        MEASURES["got_it"](lake, where={"promise": "delivery"})
    with pytest.raises(UnknownDimension, match="knows no “week”"):
        MEASURES["got_it"](lake, where={"week": "2026-03-02"})


def test_what_nobody_recorded_is_a_value_of_its_own(lake: Lake) -> None:
    lake.record("answers", [*said("email", 5, 0), *said(None, 3, 4)])
    got_it = MEASURES["got_it"]
    assert {cell.key["channel"]: cell.estimate.n for cell in got_it(lake, by=("channel",))} == {"email": 5, None: 7}
    assert got_it(lake, where={"channel": None}).total.n == 7
    assert got_it(lake, where={"channel": ["email", None]}).total.n == 12


def test_the_rows_behind_a_number_are_as_many_as_it_counts_latest_first(lake: Lake) -> None:
    facts = [answer(f"{n}", "got_it", float(n % 2), at=START + timedelta(hours=n), channel="email") for n in range(9)]
    lake.record("answers", [*facts, answer("other", "good_job", 1.0), answer("gone", "got_it", None)])
    rows = MEASURES["got_it"].rows(lake, where={"channel": "email"}).to_pylist()
    assert [row["id"] for row in rows] == [str(n) for n in reversed(range(9))]
    assert {"customer_id", "day", "part", "bin"} <= set(rows[0])
    assert MEASURES["got_it"].rows(lake, limit=4).num_rows == 4


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_shows_its_rows(lake: Lake, name: str) -> None:
    from tests.analysis.invented import invent

    for table, facts in invent(np.random.default_rng(3), 60).items():
        lake.record(table, facts)
    measure = MEASURES[name]
    rows = measure.rows(lake, limit=100_000)
    counted = measure(lake, floor=0, by=("source",), from_facts=True, now=START + timedelta(days=4000))
    assert rows.num_rows >= max(cell.estimate.n for cell in counted.cells) > 0
    assert counted.measure == name


def test_a_reading_tells_until_when_it_knows(lake: Lake) -> None:
    lake.record("answers", said("email", 5, 0))
    reading = MEASURES["got_it"](lake)
    assert reading.data_until == START
    told = reading.to_dict()
    assert (told["total"]["n"], told["computed_from"], told["data_until"]) == (5, "facts", START.isoformat())
