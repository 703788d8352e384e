"""What follows what: counted on the engine, against a count by hand and against published figures of real logs."""

import csv
import gzip
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from untilyes.analysis.journeys import JourneyMap, follow_path, open_log, read_handoffs, read_journeys
from untilyes.lake import Lake

START = datetime(2026, 5, 4, 8, tzinfo=UTC)


def step(process: str, activity: str, minutes: int, place: int, **more: Any) -> dict[str, Any]:
    at = START + timedelta(minutes=minutes)
    return {
        "id": f"{process}:{place}",
        "at": at,
        "source": "event",
        "activity": activity,
        "process_id": process,
        **more,
    }


def log_of(folder: Path, *journeys: str) -> Lake:
    """A lake of journeys written as letters, one an activity, ten minutes apart."""
    lake = Lake(folder, zone="UTC")
    lake.record(
        "events",
        [
            step(f"p{number}", letter, 10 * place, place, interaction_id=f"i{number}")
            for number, letters in enumerate(journeys)
            for place, letter in enumerate(letters)
        ],
    )
    return lake


def edges_of(found: JourneyMap) -> dict[str, int]:
    return {edge.before + edge.after: edge.n for edge in found.edges}


def test_every_step_is_counted_once_with_what_follows_it(tmp_path: Path) -> None:
    found = read_journeys(log_of(tmp_path, "abc", "abbc", "ac"))
    assert edges_of(found) == {"ab": 2, "bb": 1, "bc": 2, "ac": 1}
    assert (found.journeys, found.events) == (3, 9)
    assert {one.name: (one.events, one.journeys, one.repeated, one.starts, one.ends) for one in found.activities} == {
        "a": (3, 3, 0, 3, 0), "b": (3, 2, 1, 0, 0), "c": (3, 3, 0, 0, 3),
    }  # fmt: skip


def test_waits_between_steps_have_a_median_and_a_slow_end(tmp_path: Path) -> None:
    (edge,) = read_journeys(log_of(tmp_path, *["ab"] * 20)).edges
    assert edge.median.value == pytest.approx(600, rel=0.02)
    assert edge.median.n == edge.slow.n == 20


def test_a_single_event_is_a_journey_without_an_edge(tmp_path: Path) -> None:
    found = read_journeys(log_of(tmp_path, "a"))
    assert (found.journeys, found.edges, found.paths[0].steps) == (1, (), ("a",))


def test_events_of_one_instant_keep_the_order_of_their_ids(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record("events", [step("p", letter, 0, place) for place, letter in enumerate("cab")])
    assert read_journeys(lake).paths[0].told == "c → a → b"


def test_happy_paths_are_those_whose_customers_say_yes_most_surely(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["ab"] * 40, *["acb"] * 40, *["ad"] * 5)
    yes = [True] * 38 + [False] * 2 + [True] * 20 + [False] * 20 + [True] * 5
    lake.record(
        "answers",
        [
            {
                "id": f"r{n}", "at": START, "source": "survey", "interaction_id": f"i{n}", "question": "effective",
                "value": float(said), "scale_min": 0.0, "scale_max": 1.0,
            }
            for n, said in enumerate(yes)
        ],
    )  # fmt: skip
    found = read_journeys(lake)
    assert [path.told for path in found.happy] == ["a → b", "a → c → b"]
    assert (found.happy[0].yes.value, found.happy[0].yes.n) == (0.95, 40)
    assert found.yes.n == 85
    with open_log(lake) as log:
        first = follow_path(log, found.happy[0])[0]
    assert (first.reached, first.went_on.value, first.instead) == (85, 40 / 85, (("c", 40), ("d", 5)))


def test_where_others_leave_a_path_later_than_at_its_first_step(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["abc"] * 40, *["abxc"] * 30, *["ab"] * 10)
    path = read_journeys(lake).paths[0]
    with open_log(lake) as log:
        told = [(one.name, one.reached, one.instead) for one in follow_path(log, path)]
    assert path.told == "a → b → c"
    assert told == [("a", 80, ()), ("b", 80, (("x", 30), ("(it ended)", 10))), ("c", 40, ())]


def test_rare_edges_can_be_left_out_without_touching_the_counts(tmp_path: Path) -> None:
    found = read_journeys(log_of(tmp_path, *["ab"] * 99, "acb")).keep_common(0.05)
    assert edges_of(found) == {"ab": 99}
    assert found.journeys == 100


def test_what_handing_over_costs_is_told_with_its_interval(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    envelope = {"at": START, "source": "ticket"}
    lake.record(
        "interactions",
        [envelope | {"id": f"i{n}", "interaction_id": f"i{n}", "handoffs": n % 2} for n in range(200)],
    )
    lake.record(
        "answers",
        [
            envelope | {"id": f"a{n}", "interaction_id": f"i{n}", "question": "effective", "value": float(n % 4 != 3)}
            for n in range(200)
        ],
    )  # fmt: skip
    cost = read_handoffs(lake)
    assert [(hands, estimate.value, estimate.n) for hands, estimate in cost.by_count] == [(0, 1.0, 100), (1, 0.5, 100)]
    assert cost.change is not None
    assert cost.change.delta == -0.5
    assert cost.change.is_real


def test_places_that_hand_over_more_and_fare_worse_anyway_do_not_make_handing_over_look_costly(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    envelope = {"at": START, "source": "ticket"}
    places = [("delivery", 0.9, 0.1), ("refund", 0.5, 0.9)]
    facts = [
        (f"{touchpoint}{n}", touchpoint, n % 100 < 100 * share, n // 100 < 10 * handed)
        for touchpoint, share, handed in places
        for n in range(1_000)
    ]
    lake.record(
        "interactions",
        [
            envelope | {"id": i, "interaction_id": i, "touchpoint": t, "channel": "web", "handoffs": int(h)}
            for i, t, _, h in facts
        ],
    )
    lake.record(
        "answers",
        [
            envelope | {"id": f"a{i}", "interaction_id": i, "question": "effective", "value": float(y)}
            for i, _, y, _ in facts
        ],
    )
    cost = read_handoffs(lake)
    assert cost.by_count[0][1].value == pytest.approx(0.86)
    assert cost.by_count[1][1].value == pytest.approx(0.54)
    assert cost.change is not None
    assert cost.change.delta == pytest.approx(0.0)
    assert not cost.change.is_real


def test_an_empty_lake_has_no_journeys(tmp_path: Path) -> None:
    found = read_journeys(Lake(tmp_path, zone="UTC"))
    assert (found.journeys, found.activities, found.edges, found.paths, found.happy) == (0, (), (), (), ())


def test_the_help_desk_log_has_its_published_shape_and_the_edges_of_a_count_by_hand(
    tmp_path: Path, shared_data: Path
) -> None:
    """4,580 cases, 21,348 events, 14 activities, 226 variants of which 7 cover 80 % (pm4py's documentation)."""
    with gzip.open(shared_data / "helpdesk_italian" / "helpdesk.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    facts: list[dict[str, Any]] = [
        {
            "id": f"{number:06}", "source": "ticket",
            "process_id": row["case:concept:name"], "activity": row["concept:name"],
            "at": datetime.fromisoformat(row["time:timestamp"]),
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip
    lake = Lake(tmp_path, zone="UTC")
    lake.record("events", facts)
    found = read_journeys(lake)
    traces: dict[str, list[str]] = defaultdict(list)
    for fact in sorted(facts, key=lambda fact: (fact["at"], fact["id"])):
        traces[fact["process_id"]].append(fact["activity"])
    by_hand = Counter((a, b) for trace in traces.values() for a, b in pairwise(trace))
    assert {(edge.before, edge.after): edge.n for edge in found.edges} == by_hand
    assert (found.journeys, found.events, len(found.activities), len(found.paths)) == (4580, 21348, 14, 226)
    assert sum(path.journeys for path in found.paths[:6]) < 0.8 * 4580 <= sum(path.journeys for path in found.paths[:7])
