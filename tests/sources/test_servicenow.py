"""The ServiceNow incident log: one interaction per incident, told by its last row."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.compute as pc
import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, facts
from untilyes.analysis.measures import MEASURES
from untilyes.feedback.queries import open_lake
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe

Write = Callable[..., Path]

LOG = """number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,sys_updated_at,contact_type,location,category,priority,assignment_group,assigned_to,resolved_by,resolved_at,closed_at
INC1,New,true,0,0,0,true,Caller 1,Opened by 8,29/2/2016 01:16,29/2/2016 01:23,Phone,Location 1,Category 55,3 - Moderate,Group 56,?,Resolved by 1,29/2/2016 11:29,5/3/2016 12:00
INC1,Active,true,2,0,1,true,Caller 1,Opened by 8,29/2/2016 01:16,29/2/2016 08:53,Phone,Location 1,Category 55,3 - Moderate,?,?,Resolved by 1,29/2/2016 11:29,5/3/2016 12:00
INC1,Closed,false,2,1,10,false,Caller 1,Opened by 8,29/2/2016 01:16,5/3/2016 12:00,Phone,Location 1,Category 55,3 - Moderate,Group 57,?,Resolved by 1,29/2/2016 11:29,5/3/2016 12:00
INC2,-100,true,0,0,0,true,?,Opened by 8,1/3/2016 10:00,1/3/2016 10:00,Self service,Location 1,?,4 - Low,?,?,?,?,?
INC3,Closed,false,0,0,4,true,Caller 1,Opened by 8,2/3/2016 10:00,9/3/2016 10:00,Email,Location 2,Category 1,4 - Low,Group 56,?,?,?,9/3/2016 10:00
"""  # noqa: E501 - the vendor's columns


@pytest.fixture
def incidents(acme: Cast, write: Write) -> Any:
    """Three incidents: closed too late, open, closed and never resolved."""
    return import_files(get_recipe("servicenow"), [write(LOG, "incident_event_log.csv")], at=AT)


def test_an_incident_is_told_by_its_last_change_and_counts_not_by_the_order_of_texts(incidents: Any) -> None:
    rows = {row["id"].removeprefix("servicenow:"): row for row in facts("interactions")}
    first = rows["INC1"]
    assert (first["handoffs"], first["reopens"], first["team"]) == (2, 1, "Group 57")
    assert (first["channel"], rows["INC2"]["channel"], rows["INC3"]["channel"]) == ("phone", "web", "email")
    assert first["opened_at"] == datetime(2016, 2, 29, 0, 16, tzinfo=UTC), "day first, in the workspace's zone"
    assert first["closed_at"] == datetime(2016, 2, 29, 10, 29, tzinfo=UTC)


def test_changes_an_earlier_version_told_under_other_ids_are_the_same_changes(acme: Cast, write: Write) -> None:
    recipe, log = get_recipe("servicenow"), write(LOG, "incident_event_log.csv")
    changes = next(one for one in recipe.facts if one.name == "changes")
    assert changes.formerly is not None
    older = changes.model_copy(update={"id": changes.formerly, "formerly": None})
    facts_then = tuple(older if one is changes else one for one in recipe.facts)
    import_files(recipe.model_copy(update={"facts": facts_then}), [log], at=AT)
    before = sorted(row["id"] for row in facts("events"))
    assert "servicenow:INC1:1:29/2/2016 08:53:Active" in before
    told = next(tally for tally in import_files(recipe, [log], at=AT).tallies if tally.name == "changes")
    assert (told.appended, told.corrected, told.unchanged) == (0, 0, 5)
    write(LOG + "INC3,Closed,false,0,0,5,true,Caller 1,Opened by 8,2/3/2016 10:00,10/3/2016 10:00,Email,Location 2,"
          "Category 1,4 - Low,Group 56,?,?,?,9/3/2016 10:00\n", "incident_event_log.csv")  # fmt: skip
    import_files(recipe, [log], at=AT)
    added = {row["id"] for row in facts("events")} - set(before)
    assert added == {"servicenow:INC3:00005:10/3/2016 10:00:Closed"}, "what is new has the id of today"


def test_a_question_mark_is_nothing(incidents: Any) -> None:
    rows = {row["id"].removeprefix("servicenow:"): row for row in facts("interactions")}
    assert [rows["INC2"][name] for name in ("customer_id", "team", "task", "closed_at", "employee_id")] == [None] * 5
    told = next(tally.told for tally in incidents.tallies if tally.name == "incidents")
    assert told == {"the caller is not known": 1, "never marked as resolved; it counts as done when it was closed": 1}


def test_what_was_never_resolved_was_done_when_it_was_closed(incidents: Any) -> None:
    rows = {row["id"].removeprefix("servicenow:"): row for row in facts("interactions")}
    assert rows["INC3"]["closed_at"] == datetime(2016, 3, 9, 9, 0, tzinfo=UTC)


def test_the_service_level_is_kept_as_the_log_says_without_a_due_date_of_our_making(incidents: Any) -> None:
    outcomes = {row["id"].removeprefix("servicenow:sla:"): row for row in facts("outcomes")}
    assert {name: row["was_kept"] for name, row in outcomes.items()} == {"INC1": False, "INC2": None, "INC3": True}
    assert {row["due_at"] for row in outcomes.values()} == {None}
    kept = MEASURES["promise_kept"](open_lake(), now=AT, floor=0)
    assert (kept.total.n, kept.total.value) == (2, 0.5), "an open incident whose level is not missed counts as neither"
    assert MEASURES["margin"](open_lake(), now=AT, floor=0).total.n == 0


def test_every_change_is_an_event_and_a_state_without_a_name_is_told(incidents: Any) -> None:
    states = [row["activity"] for row in sorted(facts("events"), key=lambda row: row["at"])]
    assert states == ["New", "Active", "unnamed state", "Closed", "Closed"]
    told = next(tally.told for tally in incidents.tallies if tally.name == "changes")
    assert told == {"the state is the number -100, which has no name": 1}


def test_the_figures_of_the_worked_example_are_those_of_the_raw_file(
    acme: Cast, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "servicenow_incidents"
    summary = import_files(get_recipe("servicenow"), [folder], at=AT, rejects=tmp_path / "rejects.csv")
    with duckdb.connect() as connection:
        sql = f"""
            WITH log AS (FROM read_csv('{folder}/incident_event_log.csv.gz', all_varchar = true)),
            last AS (FROM log QUALIFY row_number() OVER (
                PARTITION BY number
                ORDER BY sys_mod_count::INT DESC, strptime(sys_updated_at, '%d/%m/%Y %H:%M') DESC) = 1)
            SELECT (SELECT count(*) FROM log), count(*), sum(reassignment_count::INT), sum(reopen_count::INT),
                   count(*) FILTER (reassignment_count <> '0'), count(*) FILTER (made_sla = 'true'),
                   min(strptime(opened_at, '%d/%m/%Y %H:%M')), max(strptime(opened_at, '%d/%m/%Y %H:%M')) FROM last
        """
        found = connection.execute(sql).fetchone()
    assert found is not None
    events, incidents, handoffs, reopens, moved, in_time, first, last = found
    assert (events, incidents) == (141_712, 24_918)
    counted = {tally.name: (tally.appended, tally.rejected) for tally in summary.tallies}
    assert counted == {"incidents": (incidents, 0), "service_levels": (incidents, 0), "changes": (events, 0)}
    lake = open_lake()
    rows = lake.read("interactions").to_pyarrow()
    assert pc.sum(rows["handoffs"]).as_py() == handoffs
    assert pc.sum(rows["reopens"]).as_py() == reopens
    assert pc.sum(pc.greater(rows["handoffs"], 0)).as_py() == moved
    berlin = ZoneInfo("Europe/Berlin")
    opened = [at.astimezone(berlin).replace(tzinfo=None) for at in rows["opened_at"].to_pylist()]
    assert (min(opened), max(opened)) == (first, last)
    kept = MEASURES["promise_kept"](lake, now=AT).total
    assert kept.n == incidents
    assert kept.value == pytest.approx(in_time / incidents)
