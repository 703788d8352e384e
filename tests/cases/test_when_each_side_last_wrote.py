"""When each side of a case last wrote stands on the case, so that the queue need not read every conversation."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from tests.cases.stories import AT, DAY, HOUR, YES, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import add_customer_message, add_note, split_case, write_to_customer
from untilyes.cases.models import Case
from untilyes.cases.queries import Which, list_queue
from untilyes.cases.queries.narrowing import _list_heard_after

BACKFILL = import_module("untilyes.cases.migrations.0009_read_when_each_side_last_wrote")


def test_letters_count_and_what_was_written_in_a_survey_or_among_ourselves_does_not(acme: Cast) -> None:
    case = open_by_no(acme)
    assert (fresh(case).heard_at, fresh(case).answered_at) == (None, None), "the no itself is an answer"
    add_note(case, "Looks like the carrier.", by=acme.ben, at=AT + HOUR)
    write_to_customer(case, "Which shoe?", by=acme.ben, at=AT + 2 * HOUR)
    add_customer_message(case, "The left one.", at=AT + 3 * HOUR)
    assert (fresh(case).heard_at, fresh(case).answered_at) == (AT + 3 * HOUR, AT + 2 * HOUR)
    assert fresh(case).customer_wrote_last


def test_a_letter_that_arrives_late_does_not_turn_the_clock_back(acme: Cast) -> None:
    case = open_by_no(acme)
    add_customer_message(case, "And the box was wet.", at=AT + 3 * HOUR)
    add_customer_message(case, "It is the left one.", at=AT + 2 * HOUR)
    assert fresh(case).heard_at == AT + 3 * HOUR


def test_words_that_begin_a_second_case_are_heard_there_too(acme: Cast) -> None:
    case = open_by_no(acme)
    said = add_customer_message(case, "My invoice is wrong as well.", at=AT + HOUR)
    begun = split_case(case, said, by=acme.ben, at=AT + 2 * HOUR)
    assert fresh(begun).heard_at == AT + HOUR


def test_cases_from_before_read_it_from_their_messages(acme: Cast) -> None:
    case = open_by_no(acme)
    write_to_customer(case, "Which shoe?", by=acme.ben, at=AT + 2 * HOUR)
    add_customer_message(case, "The left one.", at=AT + 3 * HOUR)
    silent = open_by_no(acme, interaction_id="order-8")
    Case.objects.update(heard_at=None, answered_at=None)
    BACKFILL.read_from_messages(apps, connection.schema_editor())
    assert (fresh(case).heard_at, fresh(case).answered_at) == (AT + 3 * HOUR, AT + 2 * HOUR)
    assert (fresh(silent).heard_at, fresh(silent).answered_at) == (None, None)


def test_closed_cases_written_to_afterwards_are_found_by_their_index(acme: Cast) -> None:
    case = open_by_no(acme)
    say(propose(acme, case, at=AT + HOUR), YES, at=AT + 2 * HOUR)
    add_customer_message(case, "Thank you!", at=AT + 3 * HOUR)
    assert [row.number for row in list_queue(acme.ben, which=Which.OPEN, at=AT + DAY)] == [case.number]
    if connection.vendor != "sqlite":
        pytest.skip("with a handful of rows PostgreSQL reads the table")
    assert "cases_heard_after_the_end" in _list_heard_after().explain()
