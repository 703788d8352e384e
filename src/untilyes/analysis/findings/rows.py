"""The rows behind findings that no measure holds: read when somebody asks, never kept with the finding."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from untilyes.analysis.breaks import open_log, read_slow_journeys, read_turned_journeys
from untilyes.analysis.findings.emerging import read_holding
from untilyes.analysis.findings.finding import Trail
from untilyes.analysis.findings.wording import tell_day
from untilyes.analysis.handling import list_handled
from untilyes.analysis.quality.contents import list_twice, list_wrong
from untilyes.analysis.segments.condition import read_conditions
from untilyes.analysis.segments.members import read_members
from untilyes.lake import Lake
from untilyes.stats.results import Estimate

LIMIT = 50


class NoSuchRows(LookupError):
    """The trail leads nowhere: nobody knows its question."""


@dataclass(frozen=True)
class Rows:
    """The newest facts behind a finding: the heads of the columns and the cells; `people` is whose each row is."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    people: tuple[str | None, ...]
    limit: int = LIMIT


def read_rows(lake: Lake, trail: Trail, *, until: date) -> Rows:
    """The rows a trail leads to, the newest first. Raises NoSuchRows."""
    given = trail.given
    if trail.question in {"slow_journeys", "turned_journeys"}:
        return _read_journeys(lake, trail, until)
    if trail.question == "impossible":
        return _lay_out(list_wrong(lake, str(given["check"]), until=until, limit=LIMIT), _FACTS)
    if trail.question == "handled":
        return _read_handled(lake, trail, until)
    if trail.question == "twice":
        return _lay_out(list_twice(lake, str(given["table"]), limit=LIMIT), _AGAIN)
    if trail.question == "said":
        return _read_said(lake, trail, until)
    if trail.question == "group":
        return _read_group(lake, trail, until)
    raise NoSuchRows(f"Nobody knows what {trail.question!r} asks.")


_FACTS = {"at": "when", "id": "fact", "source": "source", "interaction_id": "interaction"}
_AGAIN = {"at": "when", "id": "fact", "source": "source", "about": "what it says", "n": "times"}


def _read_journeys(lake: Lake, trail: Trail, until: date) -> Rows:
    log, given = open_log(lake, until=until), trail.given
    if log is None:
        return Rows((), (), ())
    before, after = str(given["before"]), str(given["after"])
    if trail.question == "slow_journeys":
        found = read_slow_journeys(log, before=before, after=after, beyond_s=float(given["beyond_s"]), limit=LIMIT)
    else:
        found = read_turned_journeys(log, kind=str(given["kind"]), before=before, after=after, limit=LIMIT)
    said = {1: "yes", 0: "no"}
    told = [{**row, "good": said.get(row["good"], "not asked or silent")} for row in found]
    heads = {"over_at": "when", "process_id": "journey", "waited": "waited", "good": "what they said"}
    if trail.question != "slow_journeys":
        del heads["waited"]
    return _lay_out([_with_span(row) for row in told], heads)


def _read_handled(lake: Lake, trail: Trail, until: date) -> Rows:
    promise, sort = (str(trail.given[name]) for name in ("promise", "sort"))
    found = list_handled(lake, promise, sort, until=until, limit=LIMIT)
    told = [{**row, "kept": "kept" if row["kept"] else "broken"} for row in found]
    heads = {"at": "when", "interaction_id": "interaction", "team": "team", "times": "times", "kept": "the promise"}
    return _lay_out(told, heads)


def _read_said(lake: Lake, trail: Trail, until: date) -> Rows:
    found = read_holding(lake, str(trail.given["text"]), str(trail.given["language"]), until=until)[:LIMIT]
    rows = [{"at": one.at, "text": one.text, "source": one.source, "customer_id": one.customer_id} for one in found]
    return _lay_out(rows, {"at": "when", "text": "what they wrote", "source": "source"})


def _read_group(lake: Lake, trail: Trail, until: date) -> Rows:
    conditions, zone = read_conditions(json.loads(str(trail.given["conditions"]))), ZoneInfo(lake.zone)
    found = read_members(lake, conditions, at=datetime.combine(until, time(), zone), limit=LIMIT)
    rows = [
        {
            "joined": tell_day(row["joined_at"].astimezone(zone)) if row["joined_at"] else "not known",
            "left": tell_day(row["left_at"].astimezone(zone)) if row["left_at"] else "still here",
            "customer_id": row["customer_id"],
        }
        for row in found
    ]
    return _lay_out(rows, {"joined": "joined", "left": "left"})


def _with_span(row: Mapping[str, Any]) -> dict[str, Any]:
    if "waited" not in row:
        return dict(row)
    return {**row, "waited": Estimate(float(row["waited"]), None, None, 1, "counted", unit="seconds").brief()}


def _lay_out(found: Sequence[Mapping[str, Any]], heads: Mapping[str, str]) -> Rows:
    cells = tuple(tuple(row[name] for name in heads) for row in found)
    return Rows(tuple(heads.values()), cells, tuple(row["customer_id"] for row in found))
