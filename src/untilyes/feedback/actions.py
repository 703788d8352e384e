"""Where every door writes: facts go to the outbox with the transaction; jobs.py carries them to the lake."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from untilyes.customers.events import CustomerErased
from untilyes.feedback.events import InteractionEnded
from untilyes.feedback.facts import AnswerGiven, Circumstances, Episode
from untilyes.feedback.models import Erasure, OutboxEntry
from untilyes.feedback.queries import find_interaction
from untilyes.plumbing.announce import announce


def record_facts(table: str, facts: Iterable[Mapping[str, Any]]) -> None:
    """Put facts of one lake table into the outbox, as part of the current transaction.

    Every fact needs `id`, `at` and `source`. A fact told again under the same id corrects the earlier one.
    """
    OutboxEntry.objects.bulk_create(
        OutboxEntry(table=table, fact={name: _as_json(value) for name, value in fact.items()}) for fact in facts
    )


def record_answers(response_id: str, answers: Sequence[AnswerGiven], *, when: Circumstances) -> None:
    """Record the answers of one response."""
    record_facts(
        "answers",
        (
            when.envelope() | asdict(answer) | {"id": f"{response_id}:{answer.question}", "response_id": response_id}
            for answer in answers
        ),
    )


def record_comment(comment_id: str, text: str, *, language: str, response_id: str = "", when: Circumstances) -> None:
    """Record one piece of text, in the customer's words and language."""
    fact = {"id": comment_id, "text": text, "language": language or None, "response_id": response_id or None}
    record_facts("comments", [when.envelope() | fact])


def record_event(
    event_id: str, activity: str, *, when: Circumstances, process_id: str = "", amount: float | None = None
) -> None:
    """Record one thing that happened; told again under the same id it corrects itself."""
    fact = {"id": event_id, "activity": activity, "process_id": process_id or None, "amount": amount}
    record_facts("events", [when.envelope() | fact])


@transaction.atomic
def record_interaction(episode: Episode, *, when: Circumstances) -> None:
    """Record a service episode as it stands; once it is closed, the house is told so that the customer is asked."""
    record_facts("interactions", [when.envelope() | asdict(episode) | {"id": when.interaction_id}])
    if episode.closed_at is not None:
        announce(
            InteractionEnded(
                interaction_id=when.interaction_id,
                customer_id=when.customer_id,
                at=episode.closed_at,
                channel=when.channel,
                touchpoint=when.touchpoint,
                team=when.team,
                employee_id=episode.employee_id or "",
            )
        )


@transaction.atomic
def record_task(task: str | None, *, when: Circumstances) -> None:
    """Record what the customer wanted done with an interaction, as known so far but for that; without one, nothing."""
    if when.interaction_id:
        known = find_interaction(when.interaction_id) or when.envelope()
        record_facts("interactions", [known | {"id": when.interaction_id, "task": task}])


def ask_erasure(fact: CustomerErased) -> None:
    """Remember, in the transaction that forgets a customer, that the lake must forget them too."""
    Erasure.objects.create(customer_id=fact.customer_id)


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
