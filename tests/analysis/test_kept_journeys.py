"""What is kept of journeys says what laying them out anew says, figure by figure, or is not asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis.expr.types as ir
import pyarrow.parquet as pq
import pytest

from tests.analysis.test_journeys import START, log_of, step
from tests.analysis.test_journeys_in_depth import answer
from untilyes.analysis.journeys import (
    Basis,
    JourneyLog,
    are_journeys_due,
    follow_path,
    keep_journeys,
    keeping,
    laying,
    list_strays,
    open_log,
    read_conformance,
    read_gaps,
    read_journeys,
    read_lanes,
    read_map,
    read_passings,
    read_rework,
    read_sipoc,
)
from untilyes.lake import Lake, LakeError
from untilyes.lake.narrowed import NarrowedLake

MINUTES = (0, 1, 4, 9, 9, 60, 61, 400)


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "lay_out", counted := Counted(laying.lay_out))
    Counted.now = counted


class Counted:
    """Lays out journeys as the room does, and knows how often."""

    now: "Counted"

    def __init__(self, lay_out: Callable[..., Any]) -> None:
        self.lay_out, self.times = lay_out, 0

    def __call__(self, *args: Any) -> Any:
        self.times += 1
        return self.lay_out(*args)


def all_figures(log: JourneyLog) -> list[Any]:
    """Whatever a page of journeys shows of this log."""
    found = read_map(log)
    told: list[Any] = [found, log.process, log.processes, log.basis, log.bases, read_sipoc(log, found)]
    told += [read_rework(log), read_lanes(log), read_passings(log), read_gaps(log, most=1)]
    told += [follow_path(log, path) for path in found.happy[:2]]
    for path in found.paths[:2]:
        told += [read_conformance(log, path), list_strays(log, path)]
    return told


def read_whole(log: JourneyLog) -> list[Any]:
    """The map alone."""
    return [read_map(log)]


def main_figures(log: JourneyLog) -> list[Any]:
    """The map, and the journeys beside its commonest path."""
    found = read_map(log)
    return [found, log.processes, log.bases, list_strays(log, found.paths[0]), read_rework(log)]


def tell(
    lake: Lake, *, kept: bool, figures: Callable[[JourneyLog], list[Any]] = main_figures, **asked: Any
) -> list[Any]:
    """Figures of a lake, and whether they came from where they should."""
    before = Counted.now.times
    with open_log(lake, **asked) as log:
        told = figures(log)
    assert (Counted.now.times == before) is kept, "asked of what is kept" if not kept else "laid out anew"
    return told


def two_processes(folder: Path) -> Lake:
    """Orders and incidents, with teams, several customers to a journey, answers, ties in time, and much done again."""
    lake = Lake(folder, zone="Europe/Lisbon")
    facts: list[dict[str, Any]] = []
    for number in range(120):
        origin = "shop" if number % 3 else "desk"
        letters = ("abcd", "abbcd", "acbd", "abxcda")[number % 4] if origin == "shop" else ("mno", "mnnno")[number % 2]
        facts += [
            {
                "id": f"{origin}:{number}:{place}", "source": "event", "process_id": f"p{number:03}",
                "at": START + timedelta(days=number % 9, minutes=MINUTES[place] * (1 + number % 5)),
                "activity": letter, "customer_id": f"c{(number + place // 3) % 70}", "interaction_id": f"i{number}",
                "team": None if letter == "x" else f"team {(number + place) % 3}",
                "channel": ("web", "phone")[number % 2], "touchpoint": ("delivery", "refund")[place % 2],
            }
            for place, letter in enumerate(letters)
        ]  # fmt: skip
    facts.append(step("p000", "invitation", 3, 99) | {"id": "shop:invited"})
    lake.record("events", facts)
    answer(lake, *(number % 2 > 0 for number in range(100)))
    lake.record(
        "customers",
        [
            {"id": f"c{n}", "customer_id": f"c{n}", "at": START, "source": "event", "left_at": START if n % 2 else None}
            for n in range(70)
        ],
    )
    return lake


LOGS: dict[str, Callable[[Path], Lake]] = {
    "two processes": two_processes,
    "letters": lambda folder: log_of(folder, *["abcd"] * 40, *["abbcbd"] * 35, "abx", "a", "dcba"),
    "one origin a journey": lambda folder: log_of(folder, *["ab"] * 60, *["ba"] * 60),
    "longer than is told": lambda folder: log_of(folder, "ab" * 150, "ab" * 150 + "c", "ab" * 3),
    "one event": lambda folder: log_of(folder, "a"),
    "nothing": lambda folder: Lake(folder, zone="UTC"),
}


ASKED = ((None, read_whole), ("", all_figures))


@pytest.mark.parametrize("name", LOGS)
def test_every_figure_is_the_same_kept_and_laid_out_anew(tmp_path: Path, name: str) -> None:
    lake = LOGS[name](tmp_path)
    anew = [tell(lake, kept=False, figures=figures, process=process) for process, figures in ASKED]
    assert keep_journeys(lake)
    assert [tell(lake, kept=True, figures=figures, process=process) for process, figures in ASKED] == anew


@pytest.mark.parametrize(
    "asked",
    [
        {"since": date(2026, 5, 6)},
        {"until": date(2026, 5, 8), "process": ""},
        {"process": "m"},
        {"basis": Basis.STAYED},
    ],
    ids=["since", "until-one-process", "the-smaller-process", "who-stayed"],
)
def test_a_choice_of_journeys_is_the_same_kept_and_laid_out_anew(tmp_path: Path, asked: dict[str, Any]) -> None:
    lake = two_processes(tmp_path)
    anew = tell(lake, kept=False, **asked)
    keep_journeys(lake)
    assert tell(lake, kept=True, **asked) == anew


def test_at_one_touchpoint_other_steps_follow_each_other_and_nothing_kept_is_asked(tmp_path: Path) -> None:
    lake = two_processes(tmp_path)
    anew = tell(lake, kept=False, touchpoint="delivery")
    keep_journeys(lake)
    assert tell(lake, kept=False, touchpoint="delivery") == anew


def test_of_some_customers_what_is_kept_tells_of_their_journeys_alone(tmp_path: Path) -> None:
    def few(lake: Lake) -> ir.Table:
        customers = lake.read("customers")
        return customers.filter(customers["customer_id"].isin([f"c{n}" for n in range(0, 70, 4)]))

    whole = two_processes(tmp_path)
    anew = tell(NarrowedLake(whole, few), kept=False, process="")
    keep_journeys(whole)
    assert tell(NarrowedLake(whole, few), kept=True, process="") == anew
    assert anew[0].journeys < read_journeys(whole).journeys


XES = ('"case:concept:name"', '"concept:name"', '"time:timestamp"')
REAL = {
    "helpdesk": ("helpdesk_italian/helpdesk.csv.gz", *XES, "NULL"),
    "receipt": ("receipt_wabo/receipt.csv.gz", *XES, '"org:group"'),
    "servicenow": (
        "servicenow_incidents/incident_event_log.csv.gz",
        "number", "incident_state", "strptime(sys_updated_at, '%d/%m/%Y %H:%M')", "assignment_group",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_every_figure_of_a_real_log_is_the_same(tmp_path: Path, shared_data: Path, name: str) -> None:
    file, case, activity, at, team = REAL[name]
    with duckdb.connect() as sql:
        facts = sql.execute(
            f"""
            SELECT printf('{name}:%07d', row_number() OVER ()) AS id, 'ticket' AS source, {case} AS process_id,
                   {activity} AS activity, CAST({at} AS TIMESTAMP) AT TIME ZONE 'UTC' AS "at",
                   CAST({team} AS VARCHAR) AS team
            FROM read_csv('{shared_data / file}', all_varchar = true)
            """
        ).to_arrow_table()
    lake = Lake(tmp_path, zone="UTC")
    lake.record("events", facts)
    anew = tell(lake, kept=False, figures=all_figures, process="")
    keep_journeys(lake)
    assert tell(lake, kept=True, figures=all_figures, process="") == anew


def say(lake: Lake) -> None:
    lake.record("answers", [
        {"id": "late", "at": START, "source": "survey", "interaction_id": "i110", "question": "effective", "value": 1.0}
    ])  # fmt: skip


def promise(lake: Lake) -> None:
    due = {"due_at": START, "kept_at": START + timedelta(days=1), "promise": "delivery", "interaction_id": "i1"}
    lake.record("outcomes", [{"id": "late", "at": START, "source": "event"} | due])


def leave(lake: Lake) -> None:
    gone = {"customer_id": "c2", "left_at": START, "at": START, "source": "event"}
    lake.record("customers", [{"id": "c2"} | gone])


@pytest.mark.parametrize("change", [say, promise, leave])
def test_what_is_said_later_counts_at_once(tmp_path: Path, change: Callable[[Lake], None]) -> None:
    lake, other = two_processes(tmp_path / "kept"), two_processes(tmp_path / "anew")
    keep_journeys(lake)
    before = tell(lake, kept=True, process="")
    change(lake)
    change(other)
    anew = tell(other, kept=False, process="")
    assert tell(lake, kept=True, process="") == anew, "the steps are kept, how they went is not"
    assert keep_journeys(lake)
    assert tell(lake, kept=True, process="") == anew
    assert change is not say or anew != before


def add(lake: Lake) -> None:
    lake.record("events", [step("p003", "z", -5, 77, interaction_id="i3"), step("p900", "y", 5, 78)])


def correct(lake: Lake) -> None:
    fact = {"id": "shop:1:0", "process_id": "p004", "activity": "b", "customer_id": "c9", "at": START}
    lake.record("events", [{"source": "event"} | fact])


@pytest.mark.parametrize("change", [add, correct])
def test_a_late_or_corrected_event_counts_at_once(tmp_path: Path, change: Callable[[Lake], None]) -> None:
    lake, other = two_processes(tmp_path / "kept"), two_processes(tmp_path / "anew")
    keep_journeys(lake)
    change(lake)
    change(other)
    anew = tell(other, kept=False, process="")
    assert tell(lake, kept=False, process="") == anew
    assert keep_journeys(lake)
    assert tell(lake, kept=True, process="") == anew


def test_nothing_is_worked_out_twice(tmp_path: Path) -> None:
    lake = two_processes(tmp_path)
    assert keep_journeys(lake)
    laid_out = Counted.now.times
    assert not keep_journeys(lake)
    assert Counted.now.times == laid_out == 1


def kept_files(lake: Lake) -> list[Path]:
    return sorted((lake.path / "kept").rglob("*.parquet"))


def everything_kept(lake: Lake) -> str:
    return "\n".join(str(pq.read_table(file).to_pylist()) for file in kept_files(lake))


def test_who_is_erased_leaves_what_is_kept_at_once(tmp_path: Path) -> None:
    lake = two_processes(tmp_path)
    keep_journeys(lake)
    assert "'c7'" in everything_kept(lake)
    lake.erase(["c7"])
    assert "'c7'" not in everything_kept(lake)
    anew = tell(lake, kept=False, process="")
    assert keep_journeys(lake)
    assert "'c7'" not in everything_kept(lake)
    assert tell(lake, kept=True, process="") == anew


def test_only_the_newest_is_kept(tmp_path: Path) -> None:
    lake = two_processes(tmp_path)
    keep_journeys(lake)
    files = len(kept_files(lake))
    add(lake)
    say(lake)
    keep_journeys(lake)
    assert len(kept_files(lake)) == files


def test_who_reads_what_is_kept_reads_it_to_the_end_before_an_erasure_takes_it_away(tmp_path: Path) -> None:
    lake = two_processes(tmp_path)
    keep_journeys(lake)
    erasing = threading.Thread(target=lake.erase, args=(["c7"],))
    with open_log(lake, process="") as log:
        before = read_map(log)
        erasing.start()
        erasing.join(1.0)
        assert erasing.is_alive()
        assert read_map(log) == before
    erasing.join(20.0)
    assert not erasing.is_alive()
    assert kept_files(lake) == []


def test_what_is_kept_is_of_one_moment_though_events_come_in_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = two_processes(tmp_path)
    before = tell(lake, kept=False, process="")

    @contextmanager
    def interrupted(now: Lake, touchpoint: None = None) -> Iterator[Any]:
        with laying.lay_out(now, touchpoint) as layout:
            add(lake)
            yield layout

    monkeypatch.setattr(keeping, "lay_out", Counted(interrupted))
    moment = lake.at_this_moment(keeping.JUDGED.tables)
    assert keep_journeys(lake)
    monkeypatch.setattr(keeping, "lay_out", Counted.now)
    assert not lake.is_kept(keeping.LAID)
    assert tell(lake, kept=False, process="") != before
    assert tell(moment, kept=True, process="") == before


def test_what_grows_all_the_time_is_kept_anew_only_after_a_rest(tmp_path: Path) -> None:
    lake = two_processes(tmp_path)
    begun = datetime.now(UTC)
    assert are_journeys_due(lake, at=begun)
    keep_journeys(lake)
    took = datetime.now(UTC) - begun
    assert not are_journeys_due(lake, at=begun + timedelta(days=1)), "nothing was recorded since"
    add(lake)
    assert not are_journeys_due(lake, at=begun)
    assert are_journeys_due(lake, at=begun + 25 * took)


def test_a_lake_without_events_has_no_journeys_to_keep(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    answer(lake, True)
    assert not are_journeys_due(lake, at=START)


def test_what_is_known_of_some_customers_is_not_kept_as_if_of_all(tmp_path: Path) -> None:
    whole = two_processes(tmp_path)
    with pytest.raises(LakeError, match="about everybody"):
        keep_journeys(NarrowedLake(whole, lambda lake: lake.read("customers").limit(3)))
    assert kept_files(whole) == []
