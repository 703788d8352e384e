"""The promises of one case: how far each has run, every minute of it, and whether we wait for the customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from untilyes.cases.models import Case
from untilyes.cases.queries.expected import find_named_date
from untilyes.cases.queries.waits import Wait, find_wait
from untilyes.promises.explaining import Explanation, explain_clocks
from untilyes.promises.queries import ClockView
from untilyes.promises.stretches import Stretch, Why
from untilyes.workspaces.tenancy import current_workspace

WHAT: Final = {Why.COUNTED: "counted", Why.PAUSED: "waited for the customer", Why.CLOSED: "closed"}
_LATE = 2  # a missed target, and whatever is worse


@dataclass(frozen=True)
class StretchLine:
    """One stretch of a clock's time as it is read: when, how long to the second, and what it was to the clock."""

    start: datetime
    end: datetime
    length: str
    what: str
    is_counted: bool


@dataclass(frozen=True)
class Minutes:
    """Every minute of one clock, and what they come to. `zone` is whose hours count, empty where every minute does."""

    lines: tuple[StretchLine, ...]
    counted: str
    limit: str
    paused: str
    closed: str
    waited: str
    calendar: str
    zone: str
    terms_version: int


@dataclass(frozen=True)
class ClockTrack:
    """A promise drawn as a track: how much of its time is used, where the target lies on it, and every minute of it."""

    view: ClockView
    used: float
    target_at: float
    minutes: Minutes

    @property
    def is_late(self) -> bool:
        return self.view.state.urgency >= _LATE or self.view.state.value == "kept_late"


@dataclass(frozen=True)
class ClocksPanel:
    """What we promised in one case: what runs or was last, and earlier turns of the same promises."""

    now: tuple[ClockTrack, ...]
    earlier: tuple[ClockTrack, ...]
    wait: Wait | None
    named: date | None


def build_clocks(case: Case, views: tuple[ClockView, ...], *, at: datetime) -> ClocksPanel:
    """The promises of a case as they stand, those that run and the latest turn of each apart from what came before."""
    told = {(one.slug, one.turn): one for one in explain_clocks(case.ref, at=at)}
    last = {view.slug: max(one.turn for one in views if one.slug == view.slug) for view in views}
    tracks = [(_track(view, told[view.slug, view.turn], at), view) for view in views]
    return ClocksPanel(
        now=tuple(track for track, view in tracks if view.is_running or view.turn == last[view.slug]),
        earlier=tuple(track for track, view in tracks if not view.is_running and view.turn != last[view.slug]),
        wait=find_wait(case),
        named=find_named_date(case, at=at),
    )


def tell_exactly(length: timedelta) -> str:
    """A length of time to the second: "2 days 3 h 5 min"; a day is 24 hours."""
    seconds = round(length.total_seconds())
    parts = []
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append("1 day" if (unit, number) == ("days", 1) else f"{number} {unit}")
    return " ".join(parts) or "0 s"


def tell_late(detail: Mapping[str, Any]) -> str:
    """What the customer was told of a missed promise, or that nobody could tell them."""
    if not detail.get("message_id"):
        return f"{detail['promise']} was missed. We know no address to tell them: tell them another way."
    expected = f"{datetime.fromisoformat(detail['expected']):%-d %B}" if detail.get("expected") else ""
    said = {
        "asked": "reminded of the open question",
        "chosen": f"to expect it by {expected}, the day named here",
        "evidence": f"to expect it by {expected}, as four in five of {detail.get('n')} that took as long",
    }.get(str(detail.get("how")), "without a new day: too few took as long to name one")
    return f"The customer was told by mail that {detail['promise']} was missed, {said}"


def _track(view: ClockView, told: Explanation, at: datetime) -> ClockTrack:
    whole = (view.due_at - view.promised_at).total_seconds() or 1.0
    used = ((view.kept_at or at) - view.promised_at).total_seconds() / whole
    target = (view.target_at - view.promised_at).total_seconds() / whole
    return ClockTrack(view, _percent(used), _percent(target), _tell_minutes(told))


def _percent(share: float) -> float:
    return round(100 * min(1.0, max(0.0, share)), 1)


def _tell_minutes(told: Explanation) -> Minutes:
    zone = ZoneInfo(told.zone if told.calendar else current_workspace().timezone)
    return Minutes(
        lines=tuple(_tell_stretch(one, zone) for one in told.stretches),
        counted=tell_exactly(told.counted),
        limit=tell_exactly(told.limit),
        paused=tell_exactly(told.paused) if told.paused else "",
        closed=tell_exactly(told.closed) if told.closed else "",
        waited=tell_exactly(told.waited),
        calendar=told.calendar,
        zone=str(zone),
        terms_version=told.terms_version,
    )


def _tell_stretch(stretch: Stretch, zone: ZoneInfo) -> StretchLine:
    holidays = ", ".join(f"{name or 'special day'} {day:%-d %b}" for day, name in stretch.holidays)
    what = WHAT[stretch.why] + (f", {holidays}" if holidays else "")
    begins, ends = stretch.start.astimezone(zone), stretch.end.astimezone(zone)
    return StretchLine(begins, ends, tell_exactly(stretch.length), what, stretch.why is Why.COUNTED)
