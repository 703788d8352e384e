"""What happened to one matter after another, as the lake knows it: the lines of an imported log, or promises given.

What is read here is history, line by line, for running clocks over it again; nothing is estimated.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis
import ibis.expr.types as ir

from untilyes.analysis.journeys.processes import origin_of
from untilyes.lake import Lake


@dataclass(frozen=True)
class LogLine:
    """One step of one matter of a log. `opened_at` is when the matter began, where that is written down."""

    matter: str
    at: datetime
    activity: str
    team: str | None
    channel: str | None
    opened_at: datetime | None


@dataclass(frozen=True)
class Given:
    """One promise given, `about` an interaction or else by its own id; void where nothing is owed any more."""

    about: str
    at: datetime
    kept_at: datetime | None
    is_void: bool
    team: str | None
    channel: str | None


def count_matters(lake: Lake) -> dict[str, int]:
    """How many matters there are in the events of each recipe."""

    def question() -> ir.Table:
        events = _logged(lake)
        origins = events.group_by(origin=origin_of(events["id"]))
        return origins.aggregate(n=events["process_id"].nunique())

    return {row["origin"]: row["n"] for row in lake.fetch(question).to_pylist() if row["origin"]}


def read_lines(lake: Lake, recipe: str) -> list[LogLine]:
    """Every step of the events that came by one recipe, by time; steps of the same instant by their id."""

    def question() -> ir.Table:
        events = _logged(lake)
        events = events.filter(events["id"].startswith(f"{recipe}:"))
        interactions = lake.read("interactions")
        opened = interactions.group_by(about="interaction_id").aggregate(opened_at=interactions["opened_at"].min())
        joined = events.left_join(opened, events["interaction_id"] == opened["about"])
        lines = joined.select("id", "at", "activity", "team", "channel", "opened_at", matter="process_id")
        return lines.order_by("at", "id").drop("id")

    return [LogLine(**row) for row in _rows(lake.fetch(question))]


def read_given(lake: Lake, promise: str) -> list[Given]:
    """Every time one promise was given; without a limit and a delivery it is void, or waits for the customer."""

    def question() -> ir.Table:
        given = lake.read("outcomes")
        given = given.filter(given["promise"] == promise)
        is_void = given["due_at"].isnull() & given["kept_at"].isnull() & given["was_kept"].isnull()
        return given.select(
            "kept_at",
            "team",
            "channel",
            about=ibis.coalesce(given["interaction_id"], given["id"]),
            at=ibis.coalesce(given["promised_at"], given["at"]),
            is_void=is_void,
        ).order_by("at", "about")

    return [Given(**row) for row in _rows(lake.fetch(question))]


def _logged(lake: Lake) -> ir.Table:
    events = lake.read("events")
    return events.filter(events["process_id"].notnull())


def _rows(table: Any) -> Iterator[dict[str, Any]]:
    """The rows, column by column: a row at a time takes several times as long."""
    columns = table.to_pydict()
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
