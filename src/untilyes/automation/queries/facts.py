"""What rules look at: cases as they stand now, and as they stood at each moment of their history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from untilyes.automation.judging import CaseFacts
from untilyes.cases.models import Case, CaseEntry, CaseMessage, Signal
from untilyes.cases.rules import Priority
from untilyes.customers.models import Trait

Rows = dict[Any, list[Any]]


class Histories:
    """The histories of some cases, read at once: four questions to the database, however many cases."""

    def __init__(self, cases: Sequence[Case]) -> None:
        keys = [case.pk for case in cases]
        entries = CaseEntry.objects.filter(case__in=keys).order_by("at", "pk")
        theirs = CaseMessage.objects.filter(case__in=keys, direction=CaseMessage.Direction.CUSTOMER)
        self.entries = _by(entries, "case_id")
        self._words = _by(theirs.order_by("at", "pk"), "case_id")
        self._signals = _by(Signal.objects.filter(case__in=keys).order_by("at", "pk"), "case_id")
        self._traits = _read_traits(case.customer_id for case in cases)

    def facts(self, case: Case, *, at: datetime | None = None) -> CaseFacts:
        """The case now, or at a moment of its past.

        Words, answers and reopenings are as of then. Where it belongs, its priority, who has it and what is known of
        the customer are as of today: no history tells them.
        """
        signals = [one for one in self._signals[case.pk] if at is None or one.at <= at]
        words = [one.text for one in self._words[case.pk] if at is None or one.at <= at]
        reopened = [one for one in self.entries[case.pk] if one.detail.get("reopened") and (at is None or one.at <= at)]
        return CaseFacts(
            team=case.team,
            channel=case.channel,
            touchpoint=case.touchpoint,
            language=case.language,
            source=case.source,
            words="\n".join(words),
            priority=Priority(case.priority).name.lower(),
            has_somebody=case.assignee_id is not None,
            reopens=len(reopened) if at is not None else case.reopens,
            unhappy_about=frozenset(one for signal in signals for one in signal.unhappy_about),
            answers={question: value for signal in signals for question, value in signal.said.items()},
            traits=self._traits.get(case.customer_id, {}),
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
