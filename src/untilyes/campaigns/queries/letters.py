"""What was heard and done in a while, who is to hear of it, and how a letter stands."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q

from untilyes.campaigns.models import Letter, LetterCopy, LetterPlan, LetterRefusal
from untilyes.campaigns.rules import LATE, LETTER_REST, Fate
from untilyes.campaigns.wordings import campaign_words
from untilyes.cases.models import Signal
from untilyes.cases.rules import EndedHow, Outcome
from untilyes.customers.models import Customer, Identity
from untilyes.customers.rules import IdentityKind, is_key
from untilyes.feedback.queries import list_givers
from untilyes.insights.queries import list_findings
from untilyes.insights.rules import State
from untilyes.stats import Estimate, estimate_share
from untilyes.surveys.models import Answer, Response
from untilyes.workspaces.tenancy import current_workspace

DONE = (State.ACTING, State.FIXED, State.VERIFIED)
MOST_FINDINGS = 5
AT_ONCE = 5_000


@dataclass(frozen=True)
class Heard:
    """The facts a letter is drafted from. `yes` is among those who answered both questions; customers, each once.

    `sources` says how many told us where; who did so in two places counts in both.
    """

    customers: int
    sources: tuple[tuple[str, int], ...]
    yes: Estimate
    cases: int
    cases_with_yes: int
    findings: tuple[tuple[str, str, State], ...]

    @property
    def is_shown(self) -> bool:
        """Whether enough customers told us something for shares of them to be shown."""
        return self.customers >= current_workspace().privacy_floor


@dataclass(frozen=True)
class LetterLine:
    """One letter in the list, with how many have it."""

    letter: Letter
    told: int
    waiting: int
    aside: Mapping[Fate, int]


def read_authors(*, since: datetime, until: datetime) -> Mapping[Customer, frozenset[str]]:
    """Everybody known who told us something in these days, as who they are today, with where we heard it.

    What we asked counts as soon as it is answered, trials never; what we heard elsewhere (tickets, reviews, chats,
    imported surveys) counts as the lake has it. What was said before these days and reached us only in them counts
    too, unless they have a letter about that time.
    """
    given = Response.objects.filter(at__gte=since, at__lt=until, is_test=False, customer__isnull=False)
    told = {(str(key), "survey") for key in given.order_by().values_list("customer", flat=True).distinct()}
    told |= list_givers(since=since, until=until) | _list_late(since)
    heard: dict[str, set[str]] = {}
    for key, source in told:
        heard.setdefault(key, set()).add(source)
    found: dict[Customer, frozenset[str]] = {}
    for customer in _list_known(heard):
        person = customer.merged_into or customer
        found[person] = found.get(person, frozenset()) | heard[str(customer.pk)]
    return found


def list_authors(*, since: datetime, until: datetime) -> Sequence[Customer]:
    """The same people, each once."""
    return list(read_authors(since=since, until=until))


def _list_late(since: datetime) -> set[tuple[str, str]]:
    """Who told us something that reached us only after the letter about it, and did not get that letter."""
    before = Letter.objects.filter(until__lte=since, until__gt=since - LATE)
    if not before.exists():
        return set()
    have = LetterCopy.objects.filter(letter__in=before, fate=Fate.BY_MAIL).values_list("customer", flat=True)
    answered = {str(key) for key in have}
    late = list_givers(since=since - LATE, until=since, arrived_since=since)
    return {(key, source) for key, source in late if key not in answered}


def _list_known(keys: Iterable[str]) -> Iterator[Customer]:
    """The customers with these keys; what the lake tells of nobody we know is passed over."""
    wanted = sorted(key for key in keys if is_key(key))
    for start in range(0, len(wanted), AT_ONCE):
        some = Customer.objects.filter(pk__in=wanted[start : start + AT_ONCE])
        yield from some.select_related("merged_into").order_by("pk")


def read_heard(*, since: datetime, until: datetime) -> Heard:
    """What customers told us in these days, and what became of it."""
    given = Response.objects.filter(at__gte=since, at__lt=until, is_test=False)
    two = Answer.objects.filter(
        response__in=given, revision=F("response__revision"), question__in=("got_it", "good_job")
    )
    answered = two.filter(value__isnull=False).values("response").order_by().annotate(n=Count("pk"))
    both = {row["response"] for row in answered if row["n"] == 2}
    nos = set(two.filter(value=0).values_list("response", flat=True))
    opened = Signal.objects.filter(at__gte=since, at__lt=until, outcome=Outcome.OPENED)
    found = [one for state in DONE for one in list_findings(state=state.value)]
    authors = read_authors(since=since, until=until)
    sources = Counter(source for told in authors.values() for source in told)
    return Heard(
        customers=len(authors),
        sources=tuple(sources.most_common()),
        yes=estimate_share(len(both - nos), len(both)),
        cases=opened.count(),
        cases_with_yes=opened.filter(case__ended_how=EndedHow.YES).count(),
        findings=tuple((one.sentence, one.action, State(one.state)) for one in found[:MOST_FINDINGS]),
    )


def draft_text(heard: Heard, *, language: str) -> dict[str, str]:
    """A first draft, for a person to write well: the counts in the customer's words, the findings as we keep them.

    It becomes public, so what fewer customers than the house's floor told us is not said as a share or a count.
    """
    words = campaign_words(language)
    sentences = [words["letter_draft_n"].format(n=heard.customers)]
    if heard.is_shown and heard.yes.is_defined:
        sentences.append(words["letter_draft_yes"].format(share=_say_share(heard.yes)))
    sentences += [sentence for sentence, _, _ in heard.findings]
    done = [action for _, action, _ in heard.findings if action]
    if heard.is_shown and heard.cases:
        done.insert(0, words["letter_draft_cases"].format(n=heard.cases, yes=heard.cases_with_yes))
    return {"heard": "\n\n".join(sentences), "did": "\n\n".join(done)}


def _say_share(share: Estimate) -> str:
    """ "22 % (11–37 %)": the share and its interval, the same in every language."""
    value, low, high = (round(100 * (part or 0.0)) for part in (share.value, share.low, share.high))
    return f"{value} % ({low}–{high} %)"


def find_fate(customer: Customer, *, refused: set[object], reachable: set[object], lately: set[object]) -> Fate:
    """Whether a customer gets a letter, or why not."""
    if customer.pk in refused or customer.opted_out_at is not None:
        return Fate.OPTED_OUT
    if customer.pk in lately:
        return Fate.TOLD_LATELY
    return Fate.WAITING if customer.pk in reachable else Fate.NO_ADDRESS


def list_readers(letter: Letter, *, at: datetime) -> list[tuple[Customer, Fate]]:
    """Everybody a letter is for, with whether they get it when it is sent then."""
    people = list_authors(since=letter.since, until=letter.until)
    keys = [person.pk for person in people]
    refused = list_refused(keys)
    known = Identity.objects.filter(customer__in=keys, kind=IdentityKind.EMAIL)
    reachable: set[object] = set(known.values_list("customer", flat=True))
    had = LetterCopy.objects.filter(fate=Fate.BY_MAIL, told_at__gt=at - LETTER_REST).exclude(letter=letter)
    lately: set[object] = {key for pair in had.values_list("customer", "customer__merged_into") for key in pair if key}
    return [(person, find_fate(person, refused=refused, reachable=reachable, lately=lately)) for person in people]


def list_refused(keys: Iterable[UUID]) -> set[object]:
    """Which of these customers want no letters, said by themselves or by somebody who turned out to be them."""
    wanted = set(keys)
    told = LetterRefusal.objects.filter(Q(customer__in=wanted) | Q(customer__merged_into__in=wanted))
    both = told.values_list("customer", "customer__merged_into")
    return {key for pair in both for key in pair if key in wanted}


def list_letters(*, at: datetime) -> list[LetterLine]:
    """Every letter, the newest first."""
    return [read_letter(letter, at=at) for letter in Letter.objects.select_related("approved_by__user")]


def read_letter(letter: Letter, *, at: datetime) -> LetterLine:
    """How a letter stands. A draft counts those who would get it then."""
    if letter.approved_at is None:
        fates = Counter(fate for _, fate in list_readers(letter, at=at))
    else:
        rows = LetterCopy.objects.filter(letter=letter).values("fate").order_by().annotate(n=Count("pk"))
        fates = Counter({Fate(row["fate"]): row["n"] for row in rows})
    aside: dict[Fate, int] = {fate: n for fate, n in fates.items() if fate is not Fate.WAITING and not fate.is_told}
    return LetterLine(letter, sum(n for fate, n in fates.items() if fate.is_told), fates[Fate.WAITING], aside)


def is_letter_monthly() -> bool:
    """Whether a letter is drafted by itself every month."""
    return LetterPlan.objects.filter(is_on=True).exists()
