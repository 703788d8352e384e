"""Questions about promises; never writes. Shares and margins come from the lake, running clocks from the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Count, F, Prefetch, Q, QuerySet

from untilyes.customers.models import Customer
from untilyes.customers.queries import list_keys
from untilyes.feedback.queries import open_lake
from untilyes.promises.models import Clock, Promise, PromiseTerms
from untilyes.promises.rules import ClockState, Measures
from untilyes.stats import Estimate
from untilyes.workspaces.tenancy import NotFound

if TYPE_CHECKING:
    from untilyes.analysis.margins import MarginCurve
    from untilyes.analysis.measures import Reading
    from untilyes.lake import Lake

RUNNING = Q(kept_at=None, withdrawn_at=None)
STAYED = "stayed"
"""The outcome that is no answer: still a customer half a year later."""
KEPT_ANSWERS = 128
"""Curves each process keeps: a curve is small, and working it out takes a second."""


def has_passed(limit: str, at: datetime) -> Q:
    """Clocks whose `limit` (target_at, due_at) is over at `at`; while a pause lasts, a limit still ahead moves."""
    return Q(**{f"{limit}__lt": at}) & (Q(paused_at=None) | Q(**{f"{limit}__lte": F("paused_at")}))


@dataclass(frozen=True)
class PromiseLine:
    """One promise on the promises page. One that is known from imports only has no terms here and no page to edit."""

    slug: str
    name: str
    is_public: bool
    about: str
    limit: timedelta | None
    target: timedelta | None
    in_force_from: datetime | None
    kept: Estimate
    running: int
    past_target: int
    past_promise: int

    @property
    def is_ours(self) -> bool:
        """Whether it is managed here."""
        return self.limit is not None


@dataclass(frozen=True)
class ClockView:
    """One promise as it stands for one thing, in its `turn` of several; `remaining` is negative once its limit is over.

    While it is paused, the limits are those it would have if the customer answered now.
    """

    about: str
    promise: str
    slug: str
    is_public: bool
    state: ClockState
    promised_at: datetime
    target_at: datetime
    due_at: datetime
    kept_at: datetime | None
    remaining: timedelta
    margin: timedelta | None
    is_paused: bool = False
    turn: int = 0
    team: str = ""
    measure: Measures = Measures.TIME_TO_YES

    @property
    def is_running(self) -> bool:
        return self.kept_at is None and self.state is not ClockState.WITHDRAWN


@dataclass(frozen=True)
class Record:
    """How we have kept our promises to one customer. A promise past its limit is broken, kept late or not."""

    kept: int
    broken: int
    running: int


def get_terms(promise: Promise, *, at: datetime) -> PromiseTerms:
    """The terms in force at that moment. Raises PromiseTerms.DoesNotExist for a time before the promise was made."""
    return promise.versions.filter(in_force_from__lte=at).latest("in_force_from", "version")


def list_terms(promise: Promise) -> list[PromiseTerms]:
    """What the promise has said over time, the newest first."""
    return list(promise.versions.select_related("by__user", "calendar").order_by("-version"))


def list_promises(*, at: datetime, since: date | None = None, until: date | None = None) -> list[PromiseLine]:
    """Every promise with its kept share and its running clocks: ours by name, then those known from imports."""
    shares = _read_shares(since, until)
    newest = Prefetch("versions", PromiseTerms.objects.order_by("-version"), to_attr="newest")
    ours = Promise.objects.filter(retired_at=None).prefetch_related(newest).order_by("name")
    running = _count_running(at)
    lines = [_line(promise, shares.pop(promise.slug, NOTHING_YET), running.get(promise.pk, {})) for promise in ours]
    return lines + [_imported_line(slug, kept) for slug, kept in sorted(shares.items())]


def read_margins(slug: str, *, since: date | None = None, until: date | None = None) -> "Reading":
    """The distribution of due minus kept for one promise, from the lake."""
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - the engine takes most of a second to load

    return MEASURES["margin"](open_lake(), where={"promise": slug}, since=since, until=until)


def get_line(key: str, *, at: datetime, since: date | None = None, until: date | None = None) -> PromiseLine:
    """One promise by its key, ours or known from imports only. Raises NotFound when nobody ever gave it."""
    for line in list_promises(at=at, since=since, until=until):
        if line.slug == key:
            return line
    raise NotFound("No such promise.")


def list_outcomes(key: str) -> tuple[str, ...]:
    """The questions that enough customers of this promise have answered to lay its margin against.

    None for a promise about the time to yes: it is kept by a yes, so a yes says nothing about what keeping it is worth.
    """
    if Promise.objects.filter(slug=key, about=Measures.TIME_TO_YES.value).exists():
        return ()
    return _list_outcomes(_stand("answers"), key)


def find_why_staying_is_unknown(key: str) -> str:
    """Why a promise's margin cannot be laid against who stayed, in a sentence; empty where it can."""
    return _find_why_not(_stand("customers"), key)


def read_curve(key: str, *, outcome: str, since: date | None = None, until: date | None = None) -> "MarginCurve":
    """What the margin of a promise is worth: the share of one outcome (an answer, or "stayed") from early to late."""
    if outcome == STAYED:
        return _read_staying(_stand("customers"), key, since, until)
    return _read_curve(_stand("answers"), key, outcome, since, until)


@dataclass(frozen=True)
class _Stand:
    """A lake as it stands: what was worked out from it holds until outcomes, or what they are laid against, come in."""

    path: Path
    zone: str
    versions: tuple[int, int]

    def open(self) -> "Lake":
        from untilyes.lake import Lake  # noqa: PLC0415 - the engine takes most of a second to load

        return Lake(self.path, zone=self.zone)


def _stand(against: str) -> _Stand:
    lake = open_lake()
    return _Stand(lake.path, lake.zone, (lake.version("outcomes"), lake.version(against)))


@lru_cache(maxsize=KEPT_ANSWERS)
def _list_outcomes(stand: _Stand, key: str) -> tuple[str, ...]:
    from untilyes.analysis.margins import outcomes_available  # noqa: PLC0415 - as above

    return outcomes_available(stand.open(), key)


@lru_cache(maxsize=KEPT_ANSWERS)
def _read_curve(stand: _Stand, key: str, outcome: str, since: date | None, until: date | None) -> "MarginCurve":
    from untilyes.analysis.margins import read_margin_curve  # noqa: PLC0415 - as above

    return read_margin_curve(stand.open(), key, outcome=outcome, since=since, until=until)


@lru_cache(maxsize=KEPT_ANSWERS)
def _find_why_not(stand: _Stand, key: str) -> str:
    from untilyes.analysis.margins import find_why_not  # noqa: PLC0415 - as above

    return find_why_not(stand.open(), key)


@lru_cache(maxsize=KEPT_ANSWERS)
def _read_staying(stand: _Stand, key: str, since: date | None, until: date | None) -> "MarginCurve":
    from untilyes.analysis.margins import read_staying_curve  # noqa: PLC0415 - as above

    return read_staying_curve(stand.open(), key, since=since, until=until)


def is_given_as_day(key: str) -> bool:
    """Whether the promise names a day rather than a moment: then all its limits are the end of some day."""
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - as above

    rows = MEASURES["margin"].rows(open_lake(), where={"promise": key}, limit=200).to_pylist()
    ends = {(due.minute, due.second) for row in rows if (due := row["due_at"]) is not None}
    return bool(ends) and ends <= {(59, 59), (0, 0)} and len(rows) >= MANY


MANY = 20
"""Fewer limits on the hour than this may be chance."""


def list_clocks(about: str, *, at: datetime) -> list[ClockView]:
    """How every promise about one thing stands, the soonest limit first."""
    return _views(Clock.objects.filter(about=about), at)


def find_most_urgent(abouts: Iterable[str], *, at: datetime) -> dict[str, ClockView]:
    """For each thing that has a running clock, the one whose limit comes first."""
    views = _views(Clock.objects.filter(RUNNING, about__in=list(abouts)), at)
    return {view.about: view for view in reversed(views)}


def list_overdue(*, at: datetime, limit: int = 200) -> list[ClockView]:
    """Running clocks past their target, those longest past their limit first."""
    return _views(Clock.objects.filter(RUNNING & has_passed("target_at", at)), at)[:limit]


def count_overdue(*, about_prefix: str, at: datetime) -> tuple[int, int]:
    """How many things have a running clock past its target, and past its limit."""
    running = Clock.objects.filter(RUNNING, about__startswith=about_prefix)
    counted = running.aggregate(
        target=Count("about", filter=has_passed("target_at", at), distinct=True),
        limit=Count("about", filter=has_passed("due_at", at), distinct=True),
    )
    return counted["target"], counted["limit"]


def count_promises_to(customer: Customer, *, at: datetime) -> Record:
    """Promises kept to, broken to and running for one customer, merged ones included."""
    clocks = Clock.objects.filter(customer_id__in=list_keys(customer))
    is_open_late = Q(kept_at=None) & has_passed("due_at", at) & ~Q(withdrawn_at__lte=F("due_at"))
    is_broken = Q(kept_at__gt=F("due_at")) | is_open_late
    counted = clocks.aggregate(
        kept=Count("pk", filter=Q(kept_at__lte=F("due_at"))),
        broken=Count("pk", filter=is_broken),
        running=Count("pk", filter=RUNNING & ~has_passed("due_at", at)),
    )
    return Record(**counted)


NOTHING_YET = Estimate(None, None, None, 0, "wilson")


def _read_shares(since: date | None, until: date | None) -> dict[str, Estimate]:
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - the engine takes most of a second to load

    reading = MEASURES["promise_kept"](open_lake(), by=("promise",), since=since, until=until)
    return {str(cell.key["promise"]): cell.estimate for cell in reading.cells}


def _count_running(at: datetime) -> dict[int, dict[str, int]]:
    rows = (
        Clock.objects.filter(RUNNING)
        .values("promise")
        .annotate(
            running=Count("pk"),
            past_target=Count("pk", filter=has_passed("target_at", at)),
            past_promise=Count("pk", filter=has_passed("due_at", at)),
        )
    )
    return {
        row["promise"]: {name: int(row[name]) for name in ("running", "past_target", "past_promise")} for row in rows
    }


def _line(promise: Promise, kept: Estimate, running: dict[str, int]) -> PromiseLine:
    terms: PromiseTerms = promise.newest[0]  # type: ignore[attr-defined]  # set by the Prefetch above
    return PromiseLine(
        slug=promise.slug,
        name=promise.name,
        is_public=promise.is_public,
        about=promise.about,
        limit=terms.limit,
        target=terms.target,
        in_force_from=terms.in_force_from,
        kept=kept,
        running=running.get("running", 0),
        past_target=running.get("past_target", 0),
        past_promise=running.get("past_promise", 0),
    )


def _imported_line(slug: str, kept: Estimate) -> PromiseLine:
    return PromiseLine(slug, slug.replace("_", " "), False, "imported", None, None, None, kept, 0, 0, 0)


def _views(clocks: QuerySet[Clock], at: datetime) -> list[ClockView]:
    views = [_view(clock, at) for clock in clocks.select_related("promise", "hours").order_by("promised_at", "pk")]
    return sorted(views, key=lambda view: (view.due_at, view.target_at))


def _view(clock: Clock, at: datetime) -> ClockView:
    due = clock.due(at)
    return ClockView(
        about=clock.about,
        promise=clock.promise.name,
        slug=clock.promise.slug,
        is_public=clock.promise.is_public,
        state=clock.state(at),
        promised_at=clock.promised_at,
        target_at=due.target_at,
        due_at=due.due_at,
        kept_at=clock.kept_at,
        remaining=due.due_at - (clock.kept_at or at),
        margin=clock.margin,
        is_paused=clock.is_open and clock.paused_at is not None,
        turn=clock.turn,
        team=clock.team,
        measure=Measures(clock.promise.about),
    )
