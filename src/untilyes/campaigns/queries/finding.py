"""Which cases are about the same thing, whatever that is: a cause, a place, a topic, a segment, words, a rule."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from untilyes.campaigns.rules import About, NotPossible
from untilyes.cases.causes import SIGN
from untilyes.cases.models import Case, CaseEntry, CaseMessage, Signal
from untilyes.cases.rules import Step
from untilyes.insights.models import KeptFinding
from untilyes.segments.queries import find_belonging, find_segment

PLACE = "|"
WHERE: Final = ("touchpoint", "channel", "team", "source")
Cases = QuerySet[Case]


def find_cases(about: About, key: str, *, since: datetime, at: datetime, segment: str = "") -> QuerySet[Case]:
    """The cases in which somebody said no to it since then, of the members of `segment` where one is named, as of `at`.

    Raises NotPossible when the key or the segment names nothing.
    """
    cases = _FINDING[about](Case.objects.filter(opened_at__gte=since), key, at)
    return _in_segment(cases, segment, at) if segment else cases


def _because_of(cases: Cases, key: str, _: datetime) -> Cases:
    return cases.filter(Q(root_cause=key) | Q(root_cause__startswith=key + SIGN))


def _about_place(cases: Cases, key: str, _: datetime) -> Cases:
    touchpoint, _sign, question = key.partition(PLACE)
    return cases.filter(touchpoint=touchpoint, pk__in=_unhappy_about(question))


def _where_found(cases: Cases, key: str, _: datetime) -> Cases:
    return cases.filter(**_read_where(key))


def _with_words(cases: Cases, key: str, _: datetime) -> Cases:
    words = key.split()
    if not words:
        raise NotPossible("Write the words to look for.")
    said = CaseMessage.objects.filter(direction=CaseMessage.Direction.CUSTOMER)
    for word in words:
        said = said.filter(text__icontains=word)
    return cases.filter(pk__in=said.values("case"))


def _on_topic(cases: Cases, key: str, _: datetime) -> Cases:
    """Every message is filed as comments are, by what the last look learned."""
    from untilyes.voices.queries import name_topics, read_topics  # noqa: PLC0415 - the engine takes a second to load

    if key not in name_topics():
        raise NotPossible("There is no such topic any more. Topics follow what customers say.")
    theirs = CaseMessage.objects.filter(direction=CaseMessage.Direction.CUSTOMER, case__in=cases)
    said = list(theirs.values_list("case", "text", "case__language"))
    filed = read_topics().list_every_key([(text, language) for _, text, language in said])
    return cases.filter(pk__in={case for (case, _, _), keys in zip(said, filed, strict=True) if key in keys})


def _in_segment(cases: Cases, key: str, at: datetime) -> Cases:
    """Whoever is a member themselves, or turned out to be one."""
    segment = find_segment(key)
    if segment is None:
        raise NotPossible("There is no such segment.")
    pairs = cases.exclude(customer=None).values_list("customer", "customer__merged_into").distinct()
    members = find_belonging(segment, {one for pair in pairs for one in pair if one}, at=at)
    return cases.filter(Q(customer__in=members) | Q(customer__merged_into__in=members))


def _put_down(cases: Cases, key: str, _: datetime) -> Cases:
    told = CaseEntry.objects.filter(step=Step.SUGGESTED, detail__told_of=key)
    return cases.filter(pk__in=told.values("case"))


_FINDING: Final[Mapping[About, Callable[[Cases, str, datetime], Cases]]] = {
    About.CAUSE: _because_of,
    About.PLACE: _about_place,
    About.FINDING: _where_found,
    About.WORDS: _with_words,
    About.TOPIC: _on_topic,
    About.SEGMENT: _in_segment,
    About.RULE: _put_down,
}


def _unhappy_about(question: str) -> set[int]:
    """The cases with a response that was unhappy about this question. The list is JSON, so it is read here."""
    told = Signal.objects.filter(case__isnull=False).values_list("case", "unhappy_about")
    return {case for case, about in told if case is not None and question in about}


def _read_where(key: str) -> dict[str, str]:
    kept = KeptFinding.objects.filter(key=key).first()
    look = (kept.told.get("look") or {}) if kept else {}
    where = {name: value for name, value in dict(look.get("where") or {}).items() if name in WHERE}
    if not where:
        raise NotPossible("This finding names no touchpoint, channel or team by which customers could be found.")
    return where


def list_causes(*, since: datetime) -> Sequence[tuple[str, int]]:
    """Every root cause named since then, with its cases, the most frequent first."""
    counts: dict[str, int] = {}
    for cause in Case.objects.filter(opened_at__gte=since).exclude(root_cause="").values_list("root_cause", flat=True):
        counts[cause] = counts.get(cause, 0) + 1
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def list_places(*, since: datetime) -> Sequence[tuple[str, str, int]]:
    """Every touchpoint and question somebody was unhappy about since then, with its cases, the most frequent first."""
    counts: dict[tuple[str, str], set[int]] = {}
    told = Signal.objects.filter(case__opened_at__gte=since).exclude(case__touchpoint="")
    for case, touchpoint, about in told.values_list("case", "case__touchpoint", "unhappy_about"):
        for question in about:
            counts.setdefault((touchpoint, question), set()).add(case or 0)
    found = [(touchpoint, question, len(cases)) for (touchpoint, question), cases in counts.items()]
    return sorted(found, key=lambda one: (-one[2], one[0], one[1]))


def list_suggested(*, since: datetime) -> Sequence[tuple[str, int]]:
    """What rules put cases down for, with the cases opened since then, the most frequent first."""
    told = CaseEntry.objects.filter(step=Step.SUGGESTED, case__opened_at__gte=since)
    pairs = {(case, str(detail.get("told_of", ""))) for case, detail in told.values_list("case", "detail")}
    counts = Counter(of for _, of in pairs)
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))
