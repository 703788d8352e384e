"""Who said no to the same thing, and who of them may be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.rules import About, Fate, NotPossible
from untilyes.cases.causes import SIGN
from untilyes.cases.models import Case, CaseMessage, Signal
from untilyes.customers.models import Customer, Identity
from untilyes.customers.rules import IdentityKind
from untilyes.insights.models import KeptFinding

PLACE = "|"
WHERE: Final = ("touchpoint", "channel", "team", "source")


@dataclass(frozen=True)
class Place:
    """One customer who would be told, through which of their cases, or why not."""

    case: Case
    customer: Customer | None
    fate: Fate

    @property
    def is_told(self) -> bool:
        return self.fate is Fate.WAITING


@dataclass(frozen=True)
class Audience:
    """Everybody who said no to it."""

    places: tuple[Place, ...]

    @property
    def told(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.is_told)

    def count(self, fate: Fate) -> int:
        """How many have this fate before anything is sent."""
        return sum(place.fate is fate for place in self.places)

    @property
    def in_cases(self) -> int:
        """How many of those told have a case that is not over: they are told in it."""
        return sum(not place.case.is_over for place in self.told)


def find_cases(about: About, key: str, *, since: datetime) -> QuerySet[Case]:
    """The cases in which somebody said no to it since then. Raises NotPossible when the key names nothing."""
    cases = Case.objects.filter(opened_at__gte=since)
    if about is About.CAUSE:
        return cases.filter(Q(root_cause=key) | Q(root_cause__startswith=key + SIGN))
    if about is About.PLACE:
        touchpoint, _, question = key.partition(PLACE)
        return cases.filter(touchpoint=touchpoint, pk__in=_unhappy_about(question))
    if about is About.FINDING:
        return cases.filter(**_read_where(key))
    words = key.split()
    if not words:
        raise NotPossible("Write the words to look for.")
    said = CaseMessage.objects.filter(direction=CaseMessage.Direction.CUSTOMER)
    for word in words:
        said = said.filter(text__icontains=word)
    return cases.filter(pk__in=said.values("case"))


def read_audience(about: About, key: str, *, since: datetime, campaign: Campaign | None = None) -> Audience:
    """Everybody who said no to it, each once: through their case that still stands, or else their newest one.

    Whoever asked to be left in peace, was told of the same thing before, or cannot be reached is listed with that
    reason. Somebody unknown is reached through their open case only, on the page they have the link to.
    """
    cases = find_cases(about, key, since=since).select_related("customer__merged_into").order_by("-opened_at", "-pk")
    chosen: dict[object, Case] = {}
    for case in sorted(cases, key=lambda one: one.is_over):
        person = case.person
        chosen.setdefault(person.pk if person else f"case:{case.pk}", case)
    people = [case.person for case in chosen.values() if case.person]
    reachable = _list_reachable(people)
    before = _list_told_before(about, key, campaign)
    return Audience(tuple(_place(case, reachable, before) for case in chosen.values()))


def _place(case: Case, reachable: set[object], before: set[object]) -> Place:
    person = case.person
    if person is None:
        return Place(case, None, Fate.NO_ADDRESS if case.is_over else Fate.WAITING)
    if person.pk in before:
        return Place(case, person, Fate.TOLD_BEFORE)
    if not case.is_over:  # it is open between us: they are told, whatever they want to be asked
        return Place(case, person, Fate.WAITING)
    if person.opted_out_at is not None:
        return Place(case, person, Fate.OPTED_OUT)
    return Place(case, person, Fate.WAITING if person.pk in reachable else Fate.NO_ADDRESS)


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


def _list_reachable(people: Iterable[Customer]) -> set[object]:
    keys = [person.pk for person in people]
    return set(Identity.objects.filter(customer__in=keys, kind=IdentityKind.EMAIL).values_list("customer", flat=True))


def _list_told_before(about: About, key: str, campaign: Campaign | None) -> set[object]:
    told = [fate.value for fate in Fate if fate.is_told]
    earlier = Addressee.objects.filter(campaign__about=about.value, campaign__key=key, fate__in=told)
    if campaign is not None:
        earlier = earlier.exclude(campaign=campaign)
    return {key for keys in earlier.values_list("customer", "customer__merged_into") for key in keys if key}


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
