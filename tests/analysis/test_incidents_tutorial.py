"""The worked example of an IT desk: what a look finds and where it waits, computed again from the raw file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.analysis.pages import lay_out, missing, percent, read_page

PAGE = read_page("servicenow.md")
LAST = """
CREATE TABLE last AS
SELECT *, strptime(opened_at, '%d/%m/%Y %H:%M') AS opened, made_sla = 'true' AS in_time,
       reassignment_count::INT AS moved, reopen_count::INT AS reopened
FROM log QUALIFY row_number() OVER (
    PARTITION BY number ORDER BY sys_mod_count::INT DESC, strptime(sys_updated_at, '%d/%m/%Y %H:%M') DESC) = 1
"""
UP_TO_THE_END = "opened < '2016-06-01'"


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with lay_out(log=shared_data / "servicenow_incidents" / "incident_event_log.csv.gz") as connection:
        connection.execute(LAST)
        yield connection


def share(raw: duckdb.DuckDBPyConnection, where: str, *, of: str = "last") -> tuple[float, int]:
    """The share in time, and of how many."""
    found = raw.execute(f"SELECT avg(in_time::INT), count(*) FROM {of} WHERE {where}").fetchone()
    assert found is not None
    return found[0], found[1]


def test_since_when_it_became_better(raw: duckdb.DuckDBPyConnection) -> None:
    by_phone = "lower(contact_type) = 'phone' AND opened"
    (before, n), (after, m) = (
        share(raw, f"{by_phone} {days}") for days in ("< '2016-03-21'", "BETWEEN '2016-03-21' AND '2016-05-30'")
    )
    worst, of = share(raw, "opened >= '2016-03-07' AND opened < '2016-03-14'")
    told = [
        f"21 March 2016, {percent(before, 0)} were in time, since then {percent(after)} (n = {n:,} and {m:,})",
        f"it was {percent(worst)}: {round(worst * of)} of {of:,}",
    ]
    assert missing(PAGE, told) == []


def test_what_is_urgent_is_never_in_time(raw: duckdb.DuckDBPyConnection) -> None:
    critical, high, moderate, low = (
        share(raw, f"priority = '{name}' AND {UP_TO_THE_END}")
        for name in ("1 - Critical", "2 - High", "3 - Moderate", "4 - Low")
    )
    told = [
        f"{round(critical[0] * critical[1])} of {critical[1]} critical incidents met their service level "
        f"({percent(critical[0])}), and {round(high[0] * high[1])} of {high[1]} of high priority ({percent(high[0])})",
        f"of moderate ones {percent(moderate[0])}, of low ones {percent(low[0])}",
    ]
    assert missing(PAGE, told) == []


@pytest.mark.parametrize("column", ["moved", "reopened"])
def test_what_passing_on_and_reopening_go_with_also_within_each_month(
    raw: duckdb.DuckDBPyConnection, column: str
) -> None:
    with_it, n = share(raw, f"{column} > 0 AND {UP_TO_THE_END}")
    without, m = share(raw, f"{column} = 0 AND {UP_TO_THE_END}")
    months = raw.execute(
        f"SELECT avg(in_time::INT) FILTER ({column} > 0), avg(in_time::INT) FILTER ({column} = 0), "
        f"count(*) FILTER ({column} > 0), count(*) FILTER ({column} = 0) "
        f"FROM last WHERE {UP_TO_THE_END} GROUP BY month(opened) HAVING count(*) FILTER ({column} > 0) > 0"
    ).fetchall()
    # Mantel and Haenszel: each month weighs n₀n₁/(n₀+n₁).
    weights = [a * b / (a + b) for _, _, a, b in months]
    alike, others = (
        sum(w * month[side] for w, month in zip(weights, months, strict=True)) / sum(weights) for side in (0, 1)
    )
    if column == "moved":
        told = [
            f"changed hands {percent(with_it)} were in time (n = {n:,})",
            f"where it did not {percent(without)} (n = {m:,})",
            f"compared within each month it is {percent(alike)} and {percent(others)}",
        ]
        several = [share(raw, f"{asked} AND {UP_TO_THE_END}")[0] for asked in ("moved = 1", "moved = 2", "moved >= 5")]
        told.append("{} after one, {} after two, {} after five".format(*(percent(one, 0) for one in several)))
    else:
        told = [f"{percent(with_it)} of {n}, against {percent(others)} of the others of the same months"]
    assert missing(PAGE, told) == []


def test_teams_against_others_in_the_same_places_and_weeks(raw: duckdb.DuckDBPyConnection) -> None:
    """A column that is missing in the last row keeps what was written before; teams of fewer than five are left out."""
    columns = ("assignment_group", "resolved_by", "opened_at", "made_sla", "priority", "contact_type")
    kept = ", ".join(f"arg_max(nullif({one}, '?'), sys_mod_count::INT) AS {one}" for one in columns)
    raw.execute(f"CREATE TEMP TABLE told AS SELECT {kept} FROM log GROUP BY number")
    small = "SELECT assignment_group FROM told GROUP BY 1 HAVING count(DISTINCT resolved_by) BETWEEN 1 AND 4"
    left_out: Any = raw.execute(f"SELECT count(assignment_group) FROM ({small})").fetchone()
    told = [f"{left_out[0]} of them are not"]
    for group in ("Group 25", "Group 66", "Group 10"):
        places = raw.execute(
            "SELECT avg(ok) FILTER (ours), count(*) FILTER (ours), "
            "avg(ok) FILTER (NOT ours), count(*) FILTER (NOT ours) "
            f"FROM (SELECT *, (made_sla = 'true')::INT AS ok, assignment_group = '{group}' AS ours, "
            f"strptime(opened_at, '%d/%m/%Y %H:%M') AS opened FROM told WHERE assignment_group NOT IN ({small})) "
            f"WHERE opened >= '2016-03-02' AND opened < '2016-06-01' "
            f"GROUP BY priority, contact_type, date_trunc('week', opened)"
        ).fetchall()
        weighed = [(n * m / (n + m), mine, theirs) for mine, n, theirs, m in places if n and m]
        whole = sum(weight for weight, _, _ in weighed)
        mine, theirs = (sum(one[0] * one[side] for one in weighed) / whole for side in (1, 2))
        told.append(f"{group} {percent(mine)}, others {percent(theirs)}")
    assert missing(PAGE, told) == []


def test_the_ways_incidents_go(raw: duckdb.DuckDBPyConnection) -> None:
    raw.execute(
        "CREATE TABLE ways AS SELECT number, string_agg(incident_state, ' > ' ORDER BY "
        "strptime(sys_updated_at, '%d/%m/%Y %H:%M'), sys_mod_count::INT) AS way, "
        "bool_or(incident_state = 'Awaiting User Info') AS asked FROM log GROUP BY number"
    )
    raw.execute("CREATE TABLE went AS SELECT * FROM ways JOIN last USING (number)")
    number: Any = raw.execute("SELECT count(DISTINCT way), count(*) FILTER (asked) FROM ways").fetchone()
    paths = [
        share(raw, f"way = '{way}'", of="went")
        for way in ("Active > Resolved > Closed", "New > Resolved > Closed", "New > New > Resolved > Closed")
    ]
    asked, others = (share(raw, f"{one} AND {UP_TO_THE_END}", of="went") for one in ("asked", "NOT asked"))
    told = [
        f"The incidents went {number[0]:,} ways",
        f"{number[1]:,} incidents were once *awaiting user info*",
        f"*Active, resolved, closed*: {percent(paths[0][0])} in time ({paths[0][1]:,} incidents)",
        f"*New, resolved, closed*: {percent(paths[1][0])} ({paths[1][1]:,})",
        f"in front it is {percent(paths[2][0])} ({paths[2][1]:,})",
        f"{percent(asked[0])} were in time (n = {asked[1]:,}), of the others {percent(others[0])} (n = {others[1]:,})",
    ]
    assert missing(PAGE, told) == []


def test_closing_takes_five_days(raw: duckdb.DuckDBPyConnection) -> None:
    found = raw.execute(
        "SELECT median(epoch(following - told)) / 86400 FROM (SELECT incident_state AS state, told, "
        "lead(told) OVER (PARTITION BY number ORDER BY told, change) AS following, "
        "lead(incident_state) OVER (PARTITION BY number ORDER BY told, change) AS after FROM (SELECT *, "
        "strptime(sys_updated_at, '%d/%m/%Y %H:%M') AS told, sys_mod_count::INT AS change FROM log)) "
        "WHERE state = 'Resolved' AND after = 'Closed'"
    ).fetchone()
    assert found is not None
    assert f"lie {found[0]:.1f} days in the median" in PAGE


def test_the_facts_after_the_end(raw: duckdb.DuckDBPyConnection) -> None:
    changes = raw.execute(
        "SELECT count(*) FROM log WHERE strptime(sys_updated_at, '%d/%m/%Y %H:%M') >= '2016-06-01'"
    ).fetchone()
    opened = raw.execute("SELECT count(*) FROM last WHERE opened >= '2016-06-01'").fetchone()
    assert changes is not None
    assert opened is not None
    # Each incident is an interaction and has an outcome; each change is an event.
    assert f"how many facts lie after it: {changes[0] + 2 * opened[0]:,}" in PAGE
