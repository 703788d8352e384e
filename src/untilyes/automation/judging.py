"""Whether a rule fits a case, and when time alone makes one due. Pure: no Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from untilyes.automation.conditions import NOBODY, SOMEBODY, About, Compare, Condition, read_number
from untilyes.cases.rules import Step

WORDS = frozenset(
    {Step.OPENED, Step.JOINED, Step.WROTE, Step.CUSTOMER_WROTE, Step.PROPOSED, Step.SAID_NO, Step.SAID_YES}
)
"""The steps in which somebody said something to the other; silence is counted from the last of them."""


@dataclass(frozen=True)
class CaseFacts:
    """What conditions look at, as of one moment; topics by key and segments by slug, as far as a condition asks."""

    team: str = ""
    channel: str = ""
    touchpoint: str = ""
    language: str = ""
    source: str = ""
    words: str = ""
    priority: str = "normal"
    has_somebody: bool = False
    reopens: int = 0
    unhappy_about: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    answers: Mapping[str, float] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)


def fits(conditions: Iterable[Condition], facts: CaseFacts) -> bool:
    """Whether every condition holds. What is not known fits nothing, except “is not”."""
    return all(_holds(condition, facts) for condition in conditions)


def _holds(condition: Condition, facts: CaseFacts) -> bool:
    known = _known(condition, facts)
    if condition.how is Compare.CONTAINS:
        return any(value in word for value in condition.values for word in known)
    if condition.how in {Compare.AT_LEAST, Compare.AT_MOST}:
        return any(_compares(word, condition) for word in known)
    if condition.about in {About.ANSWER, About.REOPENS}:
        wanted = read_number(condition.value)
        return any(float(word) == wanted for word in known)
    return bool(set(condition.values) & known) == (condition.how is Compare.IS)


def _compares(word: str, condition: Condition) -> bool:
    try:
        number = float(word)
    except ValueError:  # a trait that is no number is neither more nor less than one
        return False
    wanted = read_number(condition.value)
    return number >= wanted if condition.how is Compare.AT_LEAST else number <= wanted


def _known(condition: Condition, facts: CaseFacts) -> set[str]:
    """What is known about it, as words in small letters; empty when nothing is."""
    about = condition.about
    if about is About.ANSWER:
        return {str(facts.answers[condition.name])} if condition.name in facts.answers else set()
    if about is About.TRAIT:
        return {facts.traits[condition.name].casefold()} if condition.name in facts.traits else set()
    if about is About.UNHAPPY_ABOUT:
        return {word.casefold() for word in facts.unhappy_about}
    if about in {About.TOPIC, About.SEGMENT}:
        return set(facts.topics if about is About.TOPIC else facts.segments)
    if about is About.HAS:
        return {SOMEBODY if facts.has_somebody else NOBODY}
    word = str(getattr(facts, about.value)).casefold()
    return {word} if word else set()


def list_silences(
    lines: Iterable[tuple[datetime, Step]], *, days: int, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Each time nobody had said anything for so many days while the case stood: (the last word, when it was due).

    `lines` are the case's history, oldest first. A case that is over is owed no words.
    """
    silences: list[tuple[datetime, datetime]] = []
    last: datetime | None = None
    over: Step | None = None
    pause = timedelta(days=days)

    def note(ends: datetime) -> None:
        if last is not None and last + pause <= ends:
            silences.append((last, last + pause))

    for at, step in lines:
        if step not in WORDS and step is not Step.ENDED:
            continue
        note(min(at, until))
        over = step if step in _OVER else None if step in _OPENS_AGAIN.get(over, WORDS) else over
        last = None if over else at
    note(until)
    return silences


_OVER = frozenset({Step.SAID_YES, Step.ENDED})
# Words after a yes may be thanks; after an ending any word of the customer's goes on.
_OPENS_AGAIN: Mapping[Step | None, frozenset[Step]] = {
    Step.SAID_YES: frozenset({Step.JOINED, Step.SAID_NO}),
    Step.ENDED: frozenset({Step.JOINED, Step.SAID_NO, Step.CUSTOMER_WROTE}),
}
