"""Histories of other systems run through the same clocks, and plain SQL confirms every figure."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from tests.cases.stories import AT, DAY, HOUR
from untilyes.cases.replaying import LogRow, Trial, read_histories, try_promise
from untilyes.cases.rules import Step
from untilyes.promises.calendars import read_hours
from untilyes.promises.rules import EVERY_MINUTE, Measures

ASKED = (Step.WROTE, Step.WAITING)
SERVICENOW = {
    "Active": (Step.WROTE,),
    "Awaiting User Info": ASKED,
    "Resolved": (Step.PROPOSED,),
    "Closed": (Step.SAID_YES,),
}
HELPDESK = {
    "Take in charge ticket": (Step.WROTE,),
    "Wait": ASKED,
    "Resolve ticket": (Step.PROPOSED,),
    "Closed": (Step.SAID_YES,),
}
RECEIPT = {"T05 Print and send confirmation of receipt": (Step.WROTE,)}
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-17:00")


def row(hours: float, activity: str, team: str | None = None, matter: str = "1") -> LogRow:
    return LogRow(matter, AT + hours * HOUR, activity, team)


def try_on(rows: list[LogRow], about: Measures, *, hours: float, until: datetime = AT + 30 * DAY) -> Trial:
    return try_promise(read_histories(rows, SERVICENOW), about, limit=hours * HOUR, until=until)


STORY = [
    row(0, "New", "Desk"),
    row(2, "Active", "Desk"),
    row(3, "Awaiting User Info", "Desk"),
    row(7, "Active", "Network"),
    row(10, "Resolved", "Network"),
]


@pytest.mark.parametrize(
    ("about", "limit", "share", "counted"),
    [
        (Measures.FIRST_RESPONSE, 2, 1, [2]),
        (Measures.FIRST_RESPONSE, 1.9, 0, [2]),
        (Measures.FIRST_RESOLUTION, 6, 1, [6]),
        (Measures.FIRST_RESOLUTION, 5.9, 0, [6]),
        (Measures.OWNERSHIP, 3.1, 1, [3, 3]),
    ],
)
def test_a_state_in_which_they_waited_for_the_customer_is_a_pause(
    about: Measures, limit: float, share: float, counted: list[float]
) -> None:
    trial = try_on(STORY, about, hours=limit)
    assert trial.kept.value == share
    assert [run.counted / HOUR for run in trial.runs] == counted


def test_what_is_open_past_its_limit_is_broken_and_what_is_open_before_it_is_neither() -> None:
    rows = [row(0, "New"), row(0, "New", matter="2"), row(1, "Active", matter="2")]
    early = try_on(rows, Measures.FIRST_RESPONSE, hours=4, until=AT + 3 * HOUR)
    late = try_on(rows, Measures.FIRST_RESPONSE, hours=4, until=AT + 5 * HOUR)
    assert (early.kept.value, early.kept.n, early.open) == (1, 1, 1)
    assert (late.kept.value, late.kept.n, late.open) == (0.5, 2, 0)


def test_in_opening_hours_the_same_history_keeps_more() -> None:
    rows = [row(0, "New"), row(24, "Active")]
    office = read_hours(zone="UTC", week=WEEK)
    histories = read_histories(rows, SERVICENOW)
    strict = try_promise(histories, Measures.FIRST_RESPONSE, limit=9 * HOUR, until=AT + DAY)
    open_hours = try_promise(histories, Measures.FIRST_RESPONSE, limit=9 * HOUR, until=AT + DAY, calendar=office)
    assert (strict.kept.value, open_hours.kept.value) == (0, 1)


def table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def sql(query: str, **values: Any) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.execute(query, values).fetchall()


def compare(trial: Trial, theirs: list[tuple[Any, ...]], *, limit: timedelta) -> None:
    """Every matter's seconds, and what the promise was kept at, as SQL has them: matter, counted, waited."""
    ours = {run.matter: (run.counted.total_seconds(), run.waited.total_seconds()) for run in trial.runs if run.kept_at}
    assert ours == {matter: (counted, waited) for matter, counted, waited in theirs}
    kept = sum(counted <= limit.total_seconds() for _, counted, _ in theirs)
    assert sum(run.was_kept for run in trial.runs) == kept
    assert trial.kept.value == kept / len(trial.runs)


@pytest.fixture(scope="module")
def incidents(shared_data: Path) -> Path:
    return needed(shared_data / "servicenow_incidents" / "incident_event_log.csv.gz")


def needed(path: Path) -> Path:
    if not path.exists():
        pytest.skip(f"the data set {path.parent.name} is not beside the repository")
    return path


def read_incidents(path: Path) -> dict[str, Any]:
    def at(text: str) -> datetime:
        return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)

    rows = (
        LogRow(
            one["number"],
            at(one["sys_updated_at"]),
            one["incident_state"],
            None if one["assignment_group"] == "?" else one["assignment_group"],
            at(one["opened_at"]),
        )
        for one in table(path)
    )
    return read_histories(rows, SERVICENOW)


INCIDENTS = """
WITH log AS (
    SELECT number, incident_state AS state, assignment_group AS team, row_number() OVER () AS line,
           strptime(sys_updated_at, '%d/%m/%Y %H:%M') AS ts, strptime(opened_at, '%d/%m/%Y %H:%M') AS opened
    FROM read_csv($path, all_varchar = true)
), ordered AS (
    SELECT *, lead(ts) OVER (PARTITION BY number ORDER BY ts, line) AS next_ts,
           row_number() OVER (PARTITION BY number ORDER BY ts, line) AS place
    FROM log
)"""


def test_service_now_incidents_are_answered_as_plain_sql_says(incidents: Path) -> None:
    limit = timedelta(hours=4)
    trial = try_promise(
        read_incidents(incidents), Measures.FIRST_RESPONSE, limit=limit, until=datetime(2017, 6, 1, tzinfo=UTC)
    )
    theirs = sql(
        INCIDENTS
        + """, opened AS (SELECT number, least(opened, ts) AS opened FROM ordered WHERE place = 1),
        said AS (SELECT number, state, ts, place FROM ordered
                 WHERE state IN ('Active', 'Awaiting User Info', 'Resolved', 'Closed')),
        first AS (SELECT number, arg_min(state, place) AS state, min_by(ts, place) AS ts FROM said GROUP BY 1)
        SELECT number, epoch(ts) - epoch(opened), epoch(ts) - epoch(opened)
        FROM first JOIN opened USING (number) WHERE state <> 'Closed'""",
        path=str(incidents),
    )
    assert len(theirs) > 20_000
    compare(trial, theirs, limit=limit)


def test_service_now_incidents_are_resolved_and_wait_for_their_callers_as_plain_sql_says(incidents: Path) -> None:
    limit = timedelta(days=5)
    trial = try_promise(
        read_incidents(incidents), Measures.FIRST_RESOLUTION, limit=limit, until=datetime(2017, 6, 1, tzinfo=UTC)
    )
    theirs = sql(
        INCIDENTS
        + """, opened AS (SELECT number, least(opened, ts) AS opened FROM ordered WHERE place = 1),
        over AS (SELECT number, min_by(state, place) AS state, min_by(ts, place) AS ts FROM ordered
                 WHERE state IN ('Resolved', 'Closed') GROUP BY 1),
        waits AS (SELECT number, sum(greatest(
                      0, epoch(least(coalesce(o.next_ts, over.ts), over.ts)) - epoch(o.ts))) AS wait
                  FROM ordered o JOIN over USING (number)
                  WHERE o.state = 'Awaiting User Info' AND o.ts < over.ts GROUP BY 1)
        SELECT number, epoch(ts) - epoch(opened) - coalesce(wait, 0), epoch(ts) - epoch(opened)
        FROM over JOIN opened USING (number) LEFT JOIN waits USING (number) WHERE state = 'Resolved'""",
        path=str(incidents),
    )
    assert sum(waited != counted for _, counted, waited in theirs) > 3_000
    compare(trial, theirs, limit=limit)


def test_each_group_owns_service_now_incidents_as_long_as_plain_sql_says(incidents: Path) -> None:
    """Time on the wall, per group: from when it is named to the next group, or to the first that it is resolved."""
    trial = try_promise(
        read_incidents(incidents), Measures.OWNERSHIP, limit=DAY, until=datetime(2017, 6, 1, tzinfo=UTC)
    )
    ours: dict[str, float] = defaultdict(float)
    for run in trial.runs:
        if run.kept_at:
            ours[run.team or ""] += run.waited.total_seconds()
    theirs = sql(
        INCIDENTS
        + """, over AS (SELECT number, min_by(ts, place) AS over_at, min(place) AS over_place FROM ordered
                 WHERE state IN ('Resolved', 'Closed') GROUP BY 1),
        named AS (SELECT number, team, place, over_at, CASE WHEN place = 1 THEN least(opened, ts) ELSE ts END AS ts
                  FROM ordered JOIN over USING (number) WHERE team <> '?' AND place <= over_place),
        turns AS (SELECT *, lag(team) OVER (PARTITION BY number ORDER BY place) AS before FROM named),
        stays AS (SELECT number, team, ts,
                         coalesce(lead(ts) OVER (PARTITION BY number ORDER BY place), over_at) AS until
                  FROM turns WHERE before IS DISTINCT FROM team)
        SELECT team, sum(epoch(until) - epoch(ts)) FROM stays GROUP BY 1""",
        path=str(incidents),
    )
    assert len(theirs) > 50
    assert {team: seconds for team, seconds in ours.items() if seconds} == {
        team: seconds for team, seconds in theirs if seconds
    }


def test_an_italian_help_desk_resolves_and_waits_as_plain_sql_says(shared_data: Path) -> None:
    path = needed(shared_data / "helpdesk_italian" / "helpdesk.csv.gz")
    rows = (
        LogRow(one["case:concept:name"], datetime.fromisoformat(one["time:timestamp"]), one["concept:name"])
        for one in table(path)
    )
    limit, end = timedelta(days=7), datetime(2014, 6, 1, tzinfo=UTC)
    trial = try_promise(read_histories(rows, HELPDESK), Measures.FIRST_RESOLUTION, limit=limit, until=end)
    theirs = sql(
        """WITH log AS (SELECT "case:concept:name" AS matter, "concept:name" AS what, row_number() OVER () AS line,
                               "time:timestamp"::TIMESTAMPTZ AS ts FROM read_csv($path, all_varchar = true)),
        ordered AS (SELECT *, lead(ts) OVER w AS next_ts, row_number() OVER w AS place FROM log
                    WINDOW w AS (PARTITION BY matter ORDER BY ts, line)),
        opened AS (SELECT matter, ts AS opened FROM ordered WHERE place = 1),
        over AS (SELECT matter, min_by(what, place) AS what, min_by(ts, place) AS ts FROM ordered
                 WHERE what IN ('Resolve ticket', 'Closed') GROUP BY 1),
        waits AS (SELECT matter, sum(greatest(
                      0, epoch(least(coalesce(o.next_ts, over.ts), over.ts)) - epoch(o.ts))) AS wait
                  FROM ordered o JOIN over USING (matter) WHERE o.what = 'Wait' AND o.ts < over.ts GROUP BY 1)
        SELECT matter, epoch(over.ts) - epoch(opened) - coalesce(wait, 0), epoch(over.ts) - epoch(opened)
        FROM over JOIN opened USING (matter) LEFT JOIN waits USING (matter) WHERE over.what = 'Resolve ticket'""",
        path=str(path),
    )
    assert len(theirs) > 4_000
    assert sum(waited != counted for _, counted, waited in theirs) > 1_000
    compare(trial, theirs, limit=limit)


def test_a_town_confirms_receipt_in_its_opening_hours_as_plain_sql_says(shared_data: Path) -> None:
    """SQL adds up the overlap with nine to five of each weekday in local time, changes of the clock included."""
    path = needed(shared_data / "receipt_wabo" / "receipt.csv.gz")
    rows = (
        LogRow(one["case:concept:name"], datetime.fromisoformat(one["time:timestamp"]), one["concept:name"])
        for one in table(path)
    )
    limit, end = timedelta(hours=16), datetime(2012, 3, 1, tzinfo=ZoneInfo("Europe/Amsterdam"))
    histories = read_histories(rows, RECEIPT)
    hours = read_hours(zone="Europe/Amsterdam", week=WEEK)
    trial = try_promise(histories, Measures.FIRST_RESPONSE, limit=limit, until=end, calendar=hours)
    theirs = sql(
        """WITH log AS (SELECT "case:concept:name" AS matter, "concept:name" AS what,
                               "time:timestamp"::TIMESTAMPTZ AS ts FROM read_csv($path, all_varchar = true)),
        spans AS (SELECT matter, min(ts) AS opened,
                         min(ts) FILTER (what = 'T05 Print and send confirmation of receipt') AS sent
                  FROM log GROUP BY 1 HAVING sent IS NOT NULL),
        there AS (SELECT *, timezone('Europe/Amsterdam', opened) AS a,
                         timezone('Europe/Amsterdam', sent) AS b FROM spans),
        days AS (SELECT unnest(generate_series(DATE '2010-01-01', DATE '2012-12-31',
                                                 INTERVAL 1 DAY))::TIMESTAMP AS day),
        parts AS (SELECT matter, epoch_us(least(b, day + INTERVAL 17 HOUR))
                                  - epoch_us(greatest(a, day + INTERVAL 9 HOUR)) AS part
                  FROM there JOIN days ON isodow(day) <= 5 AND day + INTERVAL 17 HOUR > a AND day + INTERVAL 9 HOUR < b)
        SELECT matter, coalesce(sum(part), 0) / 1e6, any_value(epoch_us(sent) - epoch_us(opened)) / 1e6
        FROM there LEFT JOIN parts USING (matter) GROUP BY 1""",
        path=str(path),
    )
    assert len(theirs) > 1_000
    compare(trial, theirs, limit=limit)
    plain = try_promise(histories, Measures.FIRST_RESPONSE, limit=limit, until=end, calendar=EVERY_MINUTE)
    assert plain.kept.value is not None
    assert trial.kept.value is not None
    assert plain.kept.value < trial.kept.value
