"""A fact told in a transaction reaches the lake exactly once, or never when the transaction did not happen."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.cast import Cast
from tests.conftest import REPOSITORY
from untilyes.customers.actions import forget_customer
from untilyes.feedback.actions import record_answers, record_comment, record_event, record_interaction
from untilyes.feedback.events import InteractionEnded
from untilyes.feedback.facts import AnswerGiven, Circumstances, Episode
from untilyes.feedback.jobs import carry_to_lake, erase_from_lake, flush_outbox
from untilyes.feedback.models import Batch, Erasure, OutboxEntry
from untilyes.feedback.queries import count_waiting, open_lake
from untilyes.plumbing.announce import listen
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=UTC)


def rows(table: str) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = open_lake().read(table).order_by("id").to_pyarrow().to_pylist()
    return facts


def when(cast: Cast, **more: Any) -> Circumstances:
    return Circumstances(at=AT, source="survey", customer_id=cast.cleo.pk, channel="email", **more)


def test_a_fact_arrives_as_it_was_told(cast: Cast) -> None:
    with inside(cast.acme):
        answer = AnswerGiven("got_it", 1, scale_min=0, scale_max=1)
        record_answers("r1", [answer], when=when(cast, touchpoint="delivery"))
        assert count_waiting() == 1
        assert flush_outbox(cast.acme) == 1
        assert count_waiting() == 0
        (fact,) = rows("answers")
    assert fact["id"] == "r1:got_it"
    assert fact["at"] == AT
    assert (fact["value"], fact["scale_min"], fact["scale_max"]) == (1, 0, 1)
    assert (fact["customer_id"], fact["channel"], fact["team"]) == (str(cast.cleo.pk), "email", None)


def test_a_transaction_that_fails_tells_nothing(cast: Cast) -> None:
    with inside(cast.acme):
        with transaction.atomic():
            record_comment("c1", "lost words", language="en", when=when(cast))
            transaction.set_rollback(True)
        assert flush_outbox(cast.acme) == 0


def test_a_fact_told_again_corrects_itself_and_keeps_what_it_said(cast: Cast) -> None:
    with inside(cast.acme):
        for answered in (0, 1):
            record_event("invitation:1", "invitation", amount=answered, when=when(cast))
            flush_outbox(cast.acme)
        (event,) = rows("events")
        (before,) = rows("corrections")
    assert event["amount"] == 1
    assert json.loads(before["said_before"])["amount"] == 0


def test_the_last_word_in_one_flush_counts(cast: Cast) -> None:
    with inside(cast.acme):
        for answered in (0, 1):
            record_event("invitation:1", "invitation", amount=answered, when=when(cast))
        flush_outbox(cast.acme)
        assert [event["amount"] for event in rows("events")] == [1]


def test_a_batch_the_lake_already_has_is_not_appended_again(cast: Cast) -> None:
    """A crash between the append and its acknowledgement leaves the batch claimed."""
    with inside(cast.acme):
        record_comment("c1", "words", language="en", when=when(cast))
        entry = OutboxEntry.objects.get()
        flush_outbox(cast.acme)
        version = open_lake().version("comments")
        batch = Batch.objects.create()
        Batch.objects.filter(pk=batch.pk).update(number=batch.number - 1)
        entry.pk, entry.batch = None, batch.number - 1
        entry.save()
        flush_outbox(cast.acme)
        assert len(rows("comments")) == 1
        assert open_lake().version("comments") == version
        assert count_waiting() == Batch.objects.count() == 0


def test_an_interaction_that_ended_is_announced(cast: Cast) -> None:
    heard: list[InteractionEnded] = []
    listen(InteractionEnded, heard.append, within=True)
    with inside(cast.acme):
        circumstances = when(cast, interaction_id="order-1", touchpoint="delivery")
        record_interaction(Episode(opened_at=AT), when=circumstances)
        assert heard == []
        record_interaction(Episode(opened_at=AT, closed_at=AT), when=circumstances)
    assert [fact.interaction_id for fact in heard] == ["order-1"]


def test_each_workspace_has_its_own_lake(cast: Cast) -> None:
    with inside(cast.acme):
        record_comment("c1", "for Acme's eyes", language="en", when=when(cast))
    carry_to_lake()
    with inside(cast.globex):
        assert rows("comments") == []
    with inside(cast.acme):
        assert len(rows("comments")) == 1


def test_the_forgotten_leave_no_byte_in_the_lake(cast: Cast, lake_root: Path) -> None:
    with inside(cast.acme):
        record_comment("c1", "a quiet word", language="en", when=when(cast))
        flush_outbox(cast.acme)
        record_comment("c2", "still waiting", language="en", when=when(cast))
        key = str(cast.cleo.pk)
        forget_customer(cast.cleo, at=AT, by=cast.ada)
        assert erase_from_lake(cast.acme) == 1
        flush_outbox(cast.acme)
        assert rows("comments") == []
        assert Erasure.objects.get().rows == {"comments": 1}
    files = [path for path in (lake_root / "lake").rglob("*") if path.is_file()]
    assert not [path for path in files if key.encode() in path.read_bytes()]


@pytest.mark.slow
def test_killing_the_worker_two_hundred_times_neither_loses_nor_doubles(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.feedback.killing", "200", "20261121"],
        env={**os.environ, "UNTILYES_HOME": str(tmp_path), "DATABASE_URL": ""},
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(finished.stdout)
    assert told["interrupted"] >= 20, "the kills hardly ever hit a batch on its way; the story proves nothing"
    assert told["left"] == 0
    assert told["arrived"] == told["distinct"] == told["recorded"]
