"""What rules look at: cases as they stand now, and as they stood at each moment of their history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from untilyes.automation.conditions import About, Condition
from untilyes.automation.definition import BadRule
from untilyes.automation.judging import CaseFacts
from untilyes.cases.models import Case, CaseEntry, CaseMessage, Signal
from untilyes.cases.rules import Priority
from untilyes.customers.models import Trait
from untilyes.segments.queries import find_belonging, find_segment

Rows = dict[Any, list[Any]]


class Histories:
    """The histories of some cases, read at once: four questions to the database, however many cases.

    Topics and segments are read where a condition asks for them. Who is in a segment is asked of the lake, as of `at`.
    Raises BadRule when a condition names a topic or a segment that is gone.
    """

    def __init__(self, cases: Sequence[Case], *, conditions: Sequence[Condition] = (), at: datetime) -> None:
        keys = [case.pk for case in cases]
        entries = CaseEntry.objects.filter(case__in=keys).order_by("at", "pk")
        theirs = CaseMessage.objects.filter(case__in=keys, direction=CaseMessage.Direction.CUSTOMER)
        self.entries = _by(entries, "case_id")
        self._words = _by(theirs.order_by("at", "pk"), "case_id")
        self._signals = _by(Signal.objects.filter(case__in=keys).order_by("at", "pk"), "case_id")
        self._traits = _read_traits(case.customer_id for case in cases)
        self._segments = _read_segments(_list_named(conditions, About.SEGMENT), cases, at)
        wanted = _list_named(conditions, About.TOPIC)
        self._topics = _read_topics(wanted, [(case, one) for case in cases for one in self._words[case.pk]])

    def facts(self, case: Case, *, at: datetime | None = None) -> CaseFacts:
        """The case now, or at a moment of its past.

        Words, answers and reopenings are as of then. Where it belongs, its priority, who has it and what is known of
        the customer are as of today: no history tells them.
        """
        signals = [one for one in self._signals[case.pk] if at is None or one.at <= at]
        said = [one for one in self._words[case.pk] if at is None or one.at <= at]
        reopened = [one for one in self.entries[case.pk] if one.detail.get("reopened") and (at is None or one.at <= at)]
        return CaseFacts(
            team=case.team,
            channel=case.channel,
            touchpoint=case.touchpoint,
            language=case.language,
            source=case.source,
            words="\n".join(one.text for one in said),
            priority=Priority(case.priority).name.lower(),
            has_somebody=case.assignee_id is not None,
            reopens=len(reopened) if at is not None else case.reopens,
            unhappy_about=frozenset(one for signal in signals for one in signal.unhappy_about),
            answers={question: value for signal in signals for question, value in signal.said.items()},
            traits=self._traits.get(case.customer_id, {}),
            topics=frozenset(key for one in said for key in self._topics.get(one.pk, ())),
            segments=frozenset(slug for slug, members in self._segments.items() if members & _list_keys(case)),
        )


def _by(rows: Iterable[Any], key: str) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _read_traits(customers: Iterable[UUID | None]) -> dict[UUID | None, dict[str, str]]:
    found: dict[UUID | None, dict[str, str]] = defaultdict(dict)
    for trait in Trait.objects.filter(customer__in={one for one in customers if one}):
        found[trait.customer_id][trait.name] = trait.value
    return found


def _list_named(conditions: Iterable[Condition], about: About) -> list[str]:
    """The keys these conditions name, each once."""
    return list(dict.fromkeys(condition.values[0] for condition in conditions if condition.about is about))


def _read_topics(wanted: Sequence[str], said: Sequence[tuple[Case, CaseMessage]]) -> dict[int, frozenset[str]]:
    """What each message is about, by its key; nothing where no condition asks."""
    if not wanted:
        return {}
    from untilyes.voices.queries import name_topics, read_topics  # noqa: PLC0415 - the engine takes a second to load

    if set(wanted) - set(name_topics()):
        raise BadRule("The topic it names is gone; choose another one.")
    filed = read_topics().list_every_key([(one.text, case.language) for case, one in said])
    return {one.pk: keys for (_, one), keys in zip(said, filed, strict=True)}


def _read_segments(slugs: Sequence[str], cases: Sequence[Case], at: datetime) -> dict[str, frozenset[UUID]]:
    """Which of the customers of these cases are in each segment."""
    people = {key for case in cases for key in _list_keys(case)} if slugs else set()
    found: dict[str, frozenset[UUID]] = {}
    for slug in slugs:
        segment = find_segment(slug)
        if segment is None:
            raise BadRule("The segment it names is gone; choose another one.")
        found[slug] = find_belonging(segment, people, at=at)
    return found


def _list_keys(case: Case) -> set[UUID]:
    """The keys the lake may know the customer by: their own, and that of whom they turned out to be."""
    return {person.pk for person in (case.customer, case.person) if person is not None}
