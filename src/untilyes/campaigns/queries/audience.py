"""Who said no to the same thing, and who of them may be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.queries.finding import find_cases
from untilyes.campaigns.rules import About, Fate
from untilyes.cases.models import Case
from untilyes.customers.models import Customer, Identity
from untilyes.customers.rules import IdentityKind


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


def read_audience(
    about: About, key: str, *, since: datetime, at: datetime, segment: str = "", campaign: Campaign | None = None
) -> Audience:
    """Everybody (in a segment) who said no to it, each once: through the case that still stands, or else the newest.

    Whoever asked to be left in peace, was told of the same thing before, or cannot be reached is listed with that
    reason. Somebody unknown is reached through their open case only, on the page they have the link to. Segments are
    as of `at`.
    """
    cases = find_cases(about, key, since=since, at=at, segment=segment).select_related("customer__merged_into")
    chosen: dict[object, Case] = {}
    for case in sorted(cases.order_by("-opened_at", "-pk"), key=lambda one: one.is_over):
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


def _list_reachable(people: Iterable[Customer]) -> set[object]:
    keys = [person.pk for person in people]
    return set(Identity.objects.filter(customer__in=keys, kind=IdentityKind.EMAIL).values_list("customer", flat=True))


def _list_told_before(about: About, key: str, campaign: Campaign | None) -> set[object]:
    told = [fate.value for fate in Fate if fate.is_told]
    earlier = Addressee.objects.filter(campaign__about=about.value, campaign__key=key, fate__in=told)
    if campaign is not None:
        earlier = earlier.exclude(campaign=campaign)
    return {key for keys in earlier.values_list("customer", "customer__merged_into") for key in keys if key}
