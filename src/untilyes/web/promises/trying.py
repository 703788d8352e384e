"""Trying a promise on history: the form, what it would have come to, and promising it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_GET

from untilyes.cases.trials.actions import ask_for_trial
from untilyes.cases.trials.asking import SUBJECT, Asked, CannotBeTried, Source
from untilyes.cases.trials.histories import Offered, list_offered
from untilyes.cases.trials.summing import Missed, Tried, TriedSide
from untilyes.cases.trials.wording import tell_tried
from untilyes.feedback.queries import open_lake
from untilyes.insights.queries import Reckoned, read_reckoning
from untilyes.plumbing.clock import now
from untilyes.promises.access import get_promise
from untilyes.promises.explaining import list_calendars
from untilyes.promises.models import Promise
from untilyes.promises.queries import list_terms
from untilyes.promises.rules import Measures, TargetTooLoose
from untilyes.stats.results import Estimate
from untilyes.web.components.chart import Chart
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.promises.files import write_misses
from untilyes.web.promises.forms import TryForm, fill_in
from untilyes.web.promises.page import draw_margins_of
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound

SHOWN: Final = 20
"""So many misses on the page; the file has more."""
USUAL: Final = {"about": "first_response", "limit": "8", "limit_unit": "hours", "target": "4", "target_unit": "hours"}
DELIVERED: Final = {"limit": "5", "limit_unit": "days", "target": "4", "target_unit": "days"}
NO_HISTORY: Final = EmptyState(
    "No history to try a promise on yet",
    "A promise is tried on the cases that were worked here, on a log of another system whose recipe names its steps, "
    "or on the times a promise was given elsewhere. Work the first cases, or bring in a log.",
    "untilyes import helpdesk folder/ --dry-run",
)


@dataclass(frozen=True)
class TryMonth:
    """One month with its share drawn."""

    month: date
    kept: Estimate
    undecided: int
    whisker: Whisker


@dataclass(frozen=True)
class TrySide:
    """One team or channel with its share drawn, and the address that tries it alone."""

    side: TriedSide
    whisker: Whisker
    alone: str


@dataclass(frozen=True)
class TryPage:
    """A promise tried. `of` is the promise it would change; `tried` is None until the worker has been through."""

    of: Promise | None
    offered: tuple[Offered, ...]
    asked: Asked | None
    reckoned: Reckoned | None
    tried: Tried | None
    sentence: str
    months: tuple[TryMonth, ...]
    sides: tuple[tuple[str, tuple[TrySide, ...]], ...]
    margins: Chart | None
    missed: tuple[Missed, ...]
    anyone: str
    wanted: str

    @property
    def on_cases(self) -> bool:
        """Whether what was missed are cases that can be opened."""
        return self.asked is not None and self.asked.source is Source.CASES

    @property
    def rest(self) -> int:
        """How many misses are not shown."""
        return self.tried.misses - len(self.missed) if self.tried else 0

    @property
    def empty(self) -> EmptyState | None:
        return None if self.offered else NO_HISTORY


@require_GET
@members_only
def try_on_history(request: MemberRequest) -> HttpResponse:
    """What a promise would have come to; one `of` this house is tried as it stands until something else is typed."""
    at = now()
    key = request.GET.get("of", "")
    of = get_promise(key, seen_by=request.member) if key else None
    offered = list_offered(open_lake(), at=at)
    typed = request.GET if "limit" in request.GET else _begin(of, offered)
    form = TryForm(typed, offered=offered, calendars=list_calendars())
    asked = _read(form, at=at) if offered else None
    if asked:
        ask_for_trial(asked, matters=form.history.matters, at=at)
    context = {
        "page": build_trial(asked, of=of, offered=offered, typed=typed, seen_by=request.member),
        "form": form,
        "may_edit": request.member.may("edit_promises"),
    }
    return show(
        request, "web/promises/try.html", context, at="promises:page", status=200 if asked or not offered else 422
    )


@require_GET
@members_only
def misses(request: MemberRequest) -> HttpResponse:
    """What would have been missed in a trial that stands, as CSV: the latest first, as many as are kept."""
    require(request.member, "see_customers")
    about = request.GET.get("about", "")
    found = read_reckoning(about) if about.startswith(f"{SUBJECT}:") else None
    if found is None or not isinstance(found.value, Tried):
        raise NotFound("Nothing of that name was tried here.")
    response = HttpResponse(write_misses(found.value), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="would-have-been-missed.csv"'
    return response


def build_trial(
    asked: Asked | None, *, of: Promise | None, offered: list[Offered], typed: Mapping[str, Any], seen_by: Member
) -> TryPage:
    """What the worker last made of it; whoever may not see customers sees no single matter."""
    reckoned = read_reckoning(asked.subject) if asked else None
    tried = reckoned.value if reckoned and isinstance(reckoned.value, Tried) else None
    return TryPage(
        of=of,
        offered=tuple(offered),
        asked=asked,
        reckoned=reckoned,
        tried=tried,
        sentence=tell_tried(tried) if tried else "",
        months=tuple(TryMonth(one.month, one.kept, one.undecided, _whisk(one.kept)) for one in tried.months)
        if tried
        else (),
        sides=tuple(_lay_out(tried, of, typed)) if tried else (),
        margins=draw_margins_of(tried.margins, tried.margin) if tried else None,
        missed=tried.missed[:SHOWN] if tried and seen_by.may("see_customers") else (),
        anyone=_address(of, typed, team="", channel=""),
        wanted=_address(None, typed, team="", channel=""),
    )


def _begin(of: Promise | None, offered: list[Offered]) -> dict[str, Any]:
    """The promise as it stands, on the history that tells of its kind."""
    if of is None:
        return _begin_anew(offered[0]) if offered else USUAL
    terms = list_terms(of)[0]
    about, given = Measures(of.about), f"{Source.GIVEN}:{of.slug}"
    telling = [one.name for one in offered if about in one.kinds]
    on = given if given in telling else next(iter(telling), offered[0].name if offered else "")
    calendar = {"calendar": terms.calendar.slug if terms.calendar else ""}
    return fill_in(limit=terms.limit, target=terms.target) | calendar | {"about": of.about, "on": on}


def _begin_anew(history: Offered) -> dict[str, Any]:
    """Terms to begin with, of a kind that the history tells of."""
    if Measures.FIRST_RESPONSE in history.kinds:
        return USUAL | {"on": history.name}
    return USUAL | DELIVERED | {"on": history.name, "about": history.kinds[0].value}


def _read(form: TryForm, *, at: datetime) -> Asked | None:
    if not form.is_valid():
        return None
    try:
        return form.read(at=at)
    except TargetTooLoose as problem:
        form.add_error("target", str(problem))
    except CannotBeTried as problem:
        form.add_error("about", str(problem))
    return None


def _lay_out(tried: Tried, of: Promise | None, typed: Mapping[str, Any]) -> list[tuple[str, tuple[TrySide, ...]]]:
    return [
        (
            by,
            tuple(
                TrySide(one, _whisk(one.kept), _address(of, typed, **{by: one.name}) if one.name else "") for one in its
            ),
        )
        for by, its in (("team", tried.teams), ("channel", tried.channels))
        if its
    ]


def _whisk(kept: Estimate) -> Whisker:
    return Whisker(kept, 0.0, 1.0)


def _address(of: Promise | None, typed: Mapping[str, Any], **changed: str) -> str:
    """The same question with something changed, as a query."""
    asked = QueryDict(mutable=True)
    for name in ("on", "about", "limit", "limit_unit", "target", "target_unit", "calendar", "team", "channel"):
        value = changed.get(name, typed.get(name, ""))
        if value:
            asked[name] = str(value)
    if of is not None:
        asked["of"] = of.slug
    return asked.urlencode()
