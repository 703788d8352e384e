"""`untilyes try`: a promise on history, before anybody is promised anything."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

from untilyes.config.speaking import CannotGoOn, console, progress, say_json
from untilyes.config.starting import choose_workspace, start_django

if TYPE_CHECKING:
    from untilyes.cases.trials.asking import Asked
    from untilyes.cases.trials.summing import Tried

UNITS: Final = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
SHOWN: Final = 10


@dataclass(frozen=True)
class Wanted:
    """The promise to try, as it was typed."""

    about: str
    on: str
    within: str
    target: str = ""
    hours: str = ""
    team: str = ""
    channel: str = ""


def try_promise(wanted: Wanted, *, workspace: str = "", as_json: bool = False) -> None:
    """Say what would have been kept. Raises CannotGoOn."""
    start_django()
    house = choose_workspace(workspace)
    from untilyes.cases.trials.jobs import carry_out_trial  # noqa: PLC0415 - Django must be up
    from untilyes.feedback.queries import open_lake  # noqa: PLC0415
    from untilyes.plumbing.clock import now  # noqa: PLC0415
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    at = now()
    with inside(house), progress(quiet=as_json) as bars:
        asked = _read(wanted, at=at)
        bar = bars.add_task("Reading the history", total=1.0)

        def show(doing: str, share: float) -> None:
            bars.update(bar, description=doing, completed=share)

        tried = carry_out_trial(asked, open_lake(), at=at, progress=show)
        bars.update(bar, description="Done", completed=1.0)
    if as_json:
        say_json(_plain(tried))
    else:
        _tell(tried, console())


def read_span(text: str) -> timedelta:
    """ "4h", "2d" or "30m" as a duration. Raises CannotGoOn."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([dhm])", text.strip())
    if found is None:
        raise CannotGoOn(f"{text!r} is no time; write it like 4h, 2d or 30m.")
    return float(found[1]) * UNITS[found[2]]


def _read(wanted: Wanted, *, at: datetime) -> "Asked":
    from untilyes.cases.trials.asking import Asked, CannotBeTried  # noqa: PLC0415 - Django must be up
    from untilyes.cases.trials.histories import list_offered  # noqa: PLC0415
    from untilyes.feedback.queries import open_lake  # noqa: PLC0415
    from untilyes.promises.rules import Measures, TargetTooLoose  # noqa: PLC0415

    offered = {one.name: one for one in list_offered(open_lake(), at=at)}
    if wanted.on not in offered:
        there = ", ".join(offered) or "no case, no log whose recipe names its steps, and no promise given elsewhere"
        raise CannotGoOn(f"There is no history {wanted.on!r} here. There is: {there}.")
    if wanted.about not in set(Measures):
        raise CannotGoOn(f"Nothing called {wanted.about!r} can be promised; there is {', '.join(Measures)}.")
    history, limit = offered[wanted.on], read_span(wanted.within)
    try:
        return Asked(
            history.source,
            history.key,
            Measures(wanted.about),
            limit,
            read_span(wanted.target) if wanted.target else limit,
            hours=_find_hours(wanted.hours, at=at),
            team=wanted.team,
            channel=wanted.channel,
        )
    except (CannotBeTried, TargetTooLoose) as problem:
        raise CannotGoOn(str(problem)) from problem


def _find_hours(slug: str, *, at: datetime) -> int:
    from untilyes.promises.explaining import get_calendar_version, list_calendars  # noqa: PLC0415 - Django must be up

    if not slug:
        return 0
    calendars = {one.slug: one for one in list_calendars()}
    if slug not in calendars:
        raise CannotGoOn(f"There is no calendar {slug!r}. There are: {', '.join(calendars) or 'none yet'}.")
    return get_calendar_version(calendars[slug], at=at).pk


def _plain(tried: "Tried") -> dict[str, Any]:
    """Plain types, ready for JSON; `missed` holds as many as are listed."""
    from pydantic_core import to_jsonable_python  # noqa: PLC0415 - only JSON needs it

    plain = to_jsonable_python(asdict(tried), inf_nan_mode="null")
    return dict(plain)


def _tell(tried: "Tried", show: Console) -> None:
    from untilyes.cases.trials.wording import tell_tried  # noqa: PLC0415 - Django must be up

    show.print(tell_tried(tried), markup=False)
    if tried.within:
        table = Table("done", "within")
        for one in tried.within:
            table.add_row(f"{one.share:.0%}".replace("%", " %"), one.took.sentence())
        show.print(table)
    months = Table("given in", "kept", "not decided")
    for month in tried.months:
        months.add_row(f"{month.month:%Y-%m}", month.kept.sentence(), f"{month.undecided:,}")
    show.print(months)
    if tried.missed:
        missed = Table("missed", "team", "due", "done", title=f"The latest of {tried.misses:,}", title_justify="left")
        for run in tried.missed[:SHOWN]:
            done = f"{run.kept_at:%Y-%m-%d %H:%M}" if run.kept_at else "never"
            missed.add_row(run.matter, run.team or "–", f"{run.due_at:%Y-%m-%d %H:%M}", done)
        show.print(missed)
