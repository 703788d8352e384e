"""What the simulated company leaves behind fits the lake, hangs together and ends when it says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from untilyes.lake.schema import TABLES
from untilyes.sim import Company, simulate
from untilyes.sim.phrases import CORES, ENDINGS, OPENINGS


def test_every_table_has_the_columns_of_the_lake(corner_shop: Company) -> None:
    for name, table in corner_shop.tables.items():
        given = {column.name: column.kind.arrow for column in TABLES[name].given}
        assert dict(zip(table.column_names, table.schema.types, strict=True)) == given


def test_required_columns_are_filled_and_ids_are_unique(corner_shop: Company) -> None:
    for name, table in corner_shop.tables.items():
        assert pc.count_distinct(table["id"]).as_py() == table.num_rows, name
        for column in TABLES[name].given:
            if column.required:
                assert table[column.name].null_count == 0, (name, column.name)


def test_nothing_happened_after_the_end(corner_shop: Company) -> None:
    planned = {"due_at", "target_at"}  # promises reach into the future
    for name, table in corner_shop.tables.items():
        for field in table.schema:
            if pa.types.is_timestamp(field.type) and field.name not in planned:
                latest = pc.max(table[field.name]).as_py()
                assert latest is None or latest <= corner_shop.truths.until, (name, field.name)


def test_every_fact_is_about_a_known_customer_and_interaction(corner_shop: Company) -> None:
    customers = corner_shop.tables["customers"]["customer_id"].combine_chunks()
    interactions = corner_shop.tables["interactions"]["id"].combine_chunks()
    for name, table in corner_shop.tables.items():
        assert pc.all(pc.is_in(table["customer_id"].drop_null(), customers)).as_py() is not False, name
        assert pc.all(pc.is_in(table["interaction_id"].drop_null(), interactions)).as_py() is not False, name


def test_employees_who_served_are_on_the_payroll(corner_shop: Company) -> None:
    known = {member.employee_id: member.team for member in corner_shop.employees}
    served = corner_shop.tables["interactions"].select(["employee_id", "team"]).to_pylist()
    assert all(known[row["employee_id"]] == row["team"] for row in served if row["employee_id"])


def test_nobody_is_served_before_joining_or_after_leaving(corner_shop: Company) -> None:
    stays = {row["customer_id"]: row for row in corner_shop.tables["customers"].to_pylist()}
    for row in corner_shop.tables["interactions"].to_pylist():
        stay = stays[row["customer_id"]]
        assert stay["joined_at"] <= row["opened_at"]
        assert stay["left_at"] is None or row["opened_at"] < stay["left_at"]


def test_both_questions_decide_whether_it_was_effective(corner_shop: Company) -> None:
    responses: dict[str, dict[str, float]] = {}
    for row in corner_shop.tables["answers"].to_pylist():
        responses.setdefault(row["response_id"], {})[row["question"]] = row["value"]
    confirmations = [said for said in responses.values() if "effective" in said]
    assert confirmations
    assert all(said["effective"] == said["got_it"] * said["good_job"] for said in confirmations)


def test_every_no_became_a_case(corner_shop: Company) -> None:
    answers = corner_shop.tables["answers"]
    nos = answers.filter(pc.and_(pc.equal(answers["question"], "effective"), pc.equal(answers["value"], 0)))
    assert sorted(nos["interaction_id"].to_pylist()) == sorted(
        corner_shop.tables["cases"]["interaction_id"].to_pylist()
    )


def test_an_answered_invitation_counts_one_and_silence_nought(corner_shop: Company) -> None:
    events = corner_shop.tables["events"]
    asked = events.filter(pc.equal(events["activity"], "invitation")).to_pylist()
    survey = corner_shop.tables["answers"].filter(pc.equal(corner_shop.tables["answers"]["source"], "survey"))
    answered = set(survey["response_id"].to_pylist())
    assert sum(row["amount"] for row in asked) == len(answered)
    about = {row["interaction_id"] for row in asked if row["amount"] == 1}
    assert about >= set(survey["interaction_id"].to_pylist())
    assert {row["amount"] for row in asked} == {0.0, 1.0}


def test_traits_are_json_and_people_write_in_their_language(corner_shop: Company) -> None:
    languages = {person.customer_id: person.language for person in corner_shop.people}
    for row in corner_shop.tables["customers"].to_pylist():
        assert json.loads(row["traits"])["language"] == languages[row["customer_id"]]
    for row in corner_shop.tables["comments"].to_pylist():
        assert row["text"].strip()
        assert "{" not in row["text"]
        if row["customer_id"]:
            assert row["language"] == languages[row["customer_id"]]


def test_addresses_cannot_reach_anybody_and_are_unique(corner_shop: Company) -> None:
    addresses = [person.email for person in corner_shop.people]
    assert len(set(addresses)) == len(addresses)
    assert all(address.isascii() and address.endswith("@example.com") for address in addresses)


def test_the_same_seed_tells_the_same_story_and_another_seed_another(corner_shop: Company) -> None:
    until = corner_shop.truths.until
    again, other = simulate(until=until, customers=500), simulate(until=until, customers=500, seed=8)
    for name, table in corner_shop.tables.items():
        assert table.equals(again.tables[name]), name
    assert again.people == corner_shop.people
    assert not other.tables["interactions"].equals(corner_shop.tables["interactions"])


def test_a_naive_end_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        simulate(until=datetime(2026, 6, 15, 12) + timedelta(0), customers=10)  # noqa: DTZ001


def test_every_cause_can_be_told_in_every_language() -> None:
    for language in OPENINGS:
        assert set(OPENINGS[language]) == set(ENDINGS[language]) == {"good", "bad", "plain"}
        assert all(cores[language] for cores in CORES.values())
