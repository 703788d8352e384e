"""Event logs in the columns they are exchanged in, a yearly survey whose columns change, a table that means nothing."""

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tests.cast import Cast
from tests.sources.conftest import AT, facts
from untilyes.customers.models import Trait
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe

Write = Callable[..., Path]

LOG = """case:concept:name,concept:name,time:timestamp,org:resource,customer,product
Case 1,Assign seriousness,2012-10-09T14:50:17+00:00,Value 1,Value 7,Value 3
Case 1,Take in charge ticket,2012-10-09T14:50:17+00:00,Value 1,Value 7,Value 3
Case 1,Resolve ticket,2012-10-12T15:02:56+00:00,Value 2,Value 7,Value 3
Case 1,Resolve ticket,2012-10-13T15:02:56+00:00,Value 2,Value 7,Value 3
Case 1,Closed,2012-10-25T11:54:26+00:00,Value 3,Value 7,Value 3
Case 2,Assign seriousness,2012-10-09T14:50:17+00:00,Value 1,Value 7,Value 3
"""


def test_a_ticket_was_passed_on_where_its_resource_changed_and_opened_again_where_it_was_resolved_twice(
    acme: Cast, write: Write
) -> None:
    summary = import_files(get_recipe("helpdesk"), [write(LOG, "helpdesk.csv")], at=AT)
    closed, standing = sorted(facts("interactions"), key=lambda row: row["closed_at"] is None)
    assert (closed["handoffs"], closed["reopens"], closed["team"]) == (2, 1, "resource 3")
    assert closed["closed_at"] == datetime(2012, 10, 25, 11, 54, 26, tzinfo=UTC)
    assert (standing["closed_at"], standing["handoffs"]) == (None, 0)
    steps = sorted(facts("events"), key=lambda row: row["id"])
    assert [row["activity"] for row in steps][:2] == ["Assign seriousness", "Take in charge ticket"], "file order"
    assert {row["process_id"] for row in steps} == {"helpdesk:Case 1", "helpdesk:Case 2"}
    assert (summary.customers_new, summary.rejected) == (1, 0)


def test_permits_that_ended_after_the_planned_date_are_as_many_as_in_the_raw_file(
    acme: Cast, shared_data: Path
) -> None:
    import_files(get_recipe("receipt"), [shared_data / "receipt_wabo"], at=AT)
    done = [row for row in facts("outcomes") if row["kept_at"]]
    late = sum(row["kept_at"] > row["due_at"] for row in done)
    ends = set()
    with gzip.open(shared_data / "receipt_wabo" / "receipt.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["case:enddate"]:
                ends.add((row["case:concept:name"], row["case:enddate"], row["case:enddate_planned"]))
    by_hand = sum(datetime.fromisoformat(end) > datetime.fromisoformat(planned) for _, end, planned in ends)
    assert (late, len(done)) == (by_hand, len(ends)) == (389, 1329)


@pytest.mark.parametrize("year", [2014, 2017])
def test_what_passengers_said_of_the_whole_is_counted_as_in_the_raw_file_with_its_weights(
    acme: Cast, shared_data: Path, year: int
) -> None:
    file = shared_data / "sfo_survey" / f"sfo_{year}.csv.gz"
    import_files(get_recipe("sfo_survey"), [file], at=AT)
    with duckdb.connect() as sql:
        by_hand = sql.execute(
            f"""SELECT count(*), sum(Q7ALL::INT), round(sum(WEIGHT::DOUBLE), 3)
                FROM read_csv('{file}', all_varchar = true) WHERE Q7ALL IN ('1', '2', '3', '4', '5')"""
        ).fetchone()
    whole = [row for row in facts() if row["question"] == "csat"]
    assert by_hand == (len(whole), sum(row["value"] for row in whole), round(sum(row["weight"] for row in whole), 3))
    nps = [row["value"] for row in facts() if row["question"] == "nps"]
    promoters, detractors = sum(value >= 9 for value in nps), sum(value <= 6 for value in nps)
    assert not nps if year == 2014 else round(100 * (promoters - detractors) / len(nps), 1) == 39.8
    assert not {row["value"] for row in facts()} - set(range(11)), "6 means never used, and is no answer"
    assert {row.value for row in Trait.objects.filter(name="purpose")} == {
        "business", "pleasure", "friends and relatives", "other",
    }  # fmt: skip


def test_tickets_nobody_responded_to_are_left_out_for_nothing_dates_them(
    acme: Cast, shared_data: Path, tmp_path: Path
) -> None:
    summary = import_files(
        get_recipe("support_tickets"),
        [shared_data / "support_tickets_csat"],
        at=AT,
        rejects=tmp_path / "rejects.csv",
    )
    tickets, ratings = summary.tallies
    assert (tickets.read, tickets.accepted, ratings.accepted) == (6_341, 4_230, 2_081)
