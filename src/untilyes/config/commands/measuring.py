"""`untilyes measure`: one number, how sure we are of it, and what it rests on."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from untilyes.config.speaking import CannotGoOn, console, say_json
from untilyes.config.starting import choose_workspace, start_django

if TYPE_CHECKING:
    from untilyes.analysis.measures import Measure, Reading
    from untilyes.stats.results import Estimate


def list_measures(*, as_json: bool) -> None:
    """Every measure and the question it answers."""
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - loads the engine

    told = [
        {"name": one.name, "title": one.title, "question": one.question, "dimensions": list(one.dimensions)}
        for one in MEASURES.values()
    ]
    if as_json:
        say_json(told)
        return
    table = Table("measure", "question", "can be split by")
    for one in MEASURES.values():
        table.add_row(one.name, one.question, ", ".join(one.dimensions))
    console().print(table)
    console().print("untilyes measure NAME --by week,channel --where touchpoint=delivery")


def measure(
    name: str,
    *,
    by: str = "",
    where: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    workspace: str = "",
    as_json: bool = False,
) -> None:
    """Say what a measure is. Raises CannotGoOn, UnknownDimension."""
    start_django()
    house = choose_workspace(workspace)
    from untilyes.feedback.queries import open_lake  # noqa: PLC0415 - Django must be up
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    asked = _get_measure(name)
    with inside(house):
        reading = asked(
            open_lake(),
            by=[part.strip() for part in by.split(",") if part.strip()],
            where=_read_filters(where),
            since=since,
            until=until,
            floor=house.privacy_floor,
        )
    if as_json:
        say_json(reading.to_dict())
    else:
        _tell(asked, reading, console())


def _get_measure(name: str) -> "Measure":
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - loads the engine

    if name not in MEASURES:
        raise CannotGoOn(f"There is no measure {name!r}. There are: {', '.join(MEASURES)}.")
    return MEASURES[name]


def _read_filters(where: Sequence[str]) -> dict[str, list[str] | None]:
    """`channel=email,chat` picks either; `channel=` picks what has no channel."""
    filters: dict[str, list[str] | None] = {}
    for text in where:
        key, sign, values = text.partition("=")
        if not sign or not key.strip():
            raise CannotGoOn(f"A filter reads NAME=VALUE, such as channel=email; {text!r} does not.")
        filters[key.strip()] = [value.strip() for value in values.split(",")] if values.strip() else None
    return filters


def _tell(asked: "Measure", reading: "Reading", show: Console) -> None:
    show.print(f"[bold]{asked.title}[/]: {asked.question}")
    show.print(reading.total.sentence(), markup=False)
    if reading.by:
        table = Table(*reading.by, "value", "low – high", "n")
        for cell in reading:
            key = ["unknown" if cell.key[part] is None else str(cell.key[part]) for part in reading.by]
            shown = ["hidden", cell.hidden, ""] if cell.hidden else _columns(cell.estimate)
            table.add_row(*key, *shown)
        show.print(table)
    for note in reading.notes:
        show.print(note, style="dim", markup=False)
    if reading.data_until:
        show.print(f"Data until {reading.data_until:%Y-%m-%d %H:%M}, from {reading.computed_from}.", style="dim")


def _columns(shown: "Estimate") -> list[str]:
    from untilyes.stats.wording import decimals_known, number, scale_for  # noqa: PLC0415

    n = number(shown.n, 0)
    if shown.value is None:
        return ["–", "nothing to go by yet", n]
    scale = scale_for(shown.unit, shown.value, "en")
    known = decimals_known((shown.margin or 0.0) * scale.factor)
    ends = ["…" if end is None else scale.text(end, known, "en", suffix=False) for end in (shown.low, shown.high)]
    return [shown.brief(), f"{ends[0]} – {ends[1]}{scale.suffix}", n]
