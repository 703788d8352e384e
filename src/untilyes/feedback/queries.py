"""Questions about what was said and what waits; never writes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import nlargest
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Min

from untilyes.feedback.models import OutboxEntry
from untilyes.feedback.rules import add_months, find_ordinary_end
from untilyes.workspaces.tenancy import current_workspace

if TYPE_CHECKING:
    from untilyes.lake import Lake

# The worker carries about once a second; facts that have waited this long wait for a worker that is not there.
STUCK_AFTER = timedelta(seconds=30)

# Nothing heard for this long: the facts are a history that has ended, not a source gone quiet.
ENDED_AFTER = timedelta(days=60)

GIVEN = ("answers", "comments")
"""What a customer says of themselves; everything else is told about them."""
HEARD = ("answers", "comments", "interactions", "outcomes", "events")
TOGETHER = (("answers", "comments"), ("interactions",), ("outcomes",), ("events",))
"""What comes at the same time ends at the same time; the others may have come from elsewhere and go on for longer."""
TOLD = ("answers", "comments", "interactions", "outcomes", "cases", "events")

FIRST_MEASURES = {"effectiveness": "effective", "csat": "csat", "nps": "nps", "trust": "trust", "ces": "ces"}
"""Measures a page may open with, by the question they count."""
THEN_MEASURES = {"promise_kept": "outcomes", "source_mix": "comments"}
"""Those where nothing was asked, by their table."""


@dataclass(frozen=True)
class Freshness:
    """How old what the screens show is. `heard_at` is when the lake last learned anything; None while it is empty."""

    heard_at: datetime | None
    waiting: int
    waiting_since: datetime | None
    is_stuck: bool


@dataclass(frozen=True)
class Present:
    """The moment screens count back from.

    `ended_on` is the last day of a history that ended long ago, None while facts come in. `later` facts tell of days
    after it, up to `trickled_until`: too few a day to read anything from.
    """

    at: datetime
    ended_on: date | None = None
    later: int = 0
    trickled_until: date | None = None


@dataclass(frozen=True)
class Happening:
    """One fact of a customer's history: when, from which table, and the row as the lake has it."""

    at: datetime
    table: str
    fact: dict[str, Any]


def open_lake() -> "Lake":
    """The current workspace's lake. Raises OutsideWorkspace when there is none."""
    from untilyes.lake import Lake  # noqa: PLC0415 - the engine takes most of a second to load

    workspace = current_workspace()
    return Lake(settings.LAKE_ROOT / str(workspace.key), zone=workspace.timezone)


def count_waiting() -> int:
    """Facts recorded but not yet in the lake."""
    return OutboxEntry.objects.count()


def find_present(at: datetime) -> datetime:
    """The moment from which screens count back: `at`, or the end of the facts where these ended long ago."""
    return read_present(at).at


def read_present(at: datetime) -> Present:
    """The moment from which screens count back, and what lies after it.

    A history brought in from files has no last four weeks but those of the file. It ends with the last day, in the zone
    of `at`, of its last month with an ordinary volume (`find_ordinary_end`); an export often trickles out after it. A
    source that went quiet lately is no such end. Reads no data.
    """
    lake = open_lake()
    newest = max((told for table in HEARD if (told := lake.latest_at(table)) is not None), default=None)
    if newest is None or at - newest <= ENDED_AFTER:
        return Present(at)
    held = [add_months(month for table in tables for month in lake.list_months(table)) for tables in TOGETHER]
    last = max(end for months in held if (end := find_ordinary_end(months)) is not None)
    later = sum(month.facts for months in held for month in months if month.begins_at > last)
    # Months are those of UTC: where it is later, the last hour of the last one is a day that the trickle goes on with.
    day = min(last.astimezone(zone).date() for zone in ((at.tzinfo, UTC) if later else (at.tzinfo,)))
    trickled_until = newest.astimezone(at.tzinfo).date() if later else None
    return Present(datetime.combine(day, time.max, at.tzinfo), day, later, trickled_until)


def read_freshness(*, at: datetime) -> Freshness:
    """When the lake last learned something, and whether anything has waited for too long to follow."""
    lake = open_lake()
    heard = [_find_newest(lake, table) for table in HEARD]
    waiting = OutboxEntry.objects.aggregate(n=Count("pk"), since=Min("recorded_at"))
    since = waiting["since"]
    return Freshness(
        heard_at=max((one for one in heard if one is not None), default=None),
        waiting=waiting["n"],
        waiting_since=since,
        is_stuck=since is not None and at - since > STUCK_AFTER,
    )


def read_stamp() -> str:
    """A short text that changes whenever the lake does: cheap enough to ask every few seconds."""
    lake = open_lake()
    return ".".join(str(lake.version(table)) for table in (*TOLD, "rollups"))


def list_asked() -> frozenset[str]:
    """The questions to which the lake holds an answer that can be counted."""
    lake = open_lake()

    def question() -> Any:
        answers = lake.read("answers")
        return answers.filter(answers.value.notnull()).select("question").distinct()

    return frozenset(str(row["question"]) for row in _fetch(lake, question))


def find_first_measure() -> str:
    """The measure to open with: the first that has anything behind it, so that a new house begins with a figure."""
    asked, lake = list_asked(), open_lake()
    if answered := next((name for name, question in FIRST_MEASURES.items() if question in asked), ""):
        return answered
    kept = next((name for name, table in THEN_MEASURES.items() if lake.latest_at(table) is not None), "")
    return kept or next(iter(FIRST_MEASURES))


def list_timeline(keys: Sequence[str], *, limit: int = 200) -> list[Happening]:
    """What the lake knows of a customer, under any of their keys, newest first."""
    lake = open_lake()
    found = [happening for table in TOLD for happening in _list_of(lake, table, keys, limit)]
    return nlargest(limit, found, key=lambda happening: happening.at)


def list_givers(*, since: datetime, until: datetime, arrived_since: datetime | None = None) -> set[tuple[str, str]]:
    """Who said something between the two moments, wherever we heard it: (customer_id, source), each pair once.

    With `arrived_since` only what reached the lake after that.
    """
    lake = open_lake()
    found: set[tuple[str, str]] = set()
    for table in GIVEN:
        facts = lake.read(table)
        said = facts.filter(facts.customer_id.notnull(), facts.at >= since, facts.at < until)
        said = said.filter(said.ingested_at >= arrived_since) if arrived_since else said
        rows = _fetch(lake, lambda said=said: said.select("customer_id", "source").distinct())  # type: ignore[misc]
        found |= {(row["customer_id"], row["source"]) for row in rows}
    return found


def find_interaction(interaction_id: str) -> dict[str, Any] | None:
    """What is known of a service episode, as last told: on its way to the lake, or in it; None where nothing is."""
    waiting = OutboxEntry.objects.filter(table="interactions", fact__id=interaction_id).order_by("-pk").first()
    if waiting is not None:
        return dict(waiting.fact)
    return next(iter(_read_interactions([interaction_id])), None)


def list_interactions(interaction_ids: Sequence[str]) -> list[dict[str, Any]]:
    """These service episodes as the lake knows them; without those of which something is still on its way there."""
    if not interaction_ids:
        return []
    waiting = set(OutboxEntry.objects.filter(table="interactions").values_list("fact__id", flat=True))
    return _read_interactions([one for one in interaction_ids if one not in waiting])


def _read_interactions(interaction_ids: Sequence[str]) -> list[dict[str, Any]]:
    from untilyes.lake.schema import TABLES  # noqa: PLC0415 - loads Arrow

    lake = open_lake()
    episodes = lake.read("interactions")
    rows = _fetch(lake, lambda: episodes.filter(episodes.id.isin(list(interaction_ids))))
    given = {column.name for column in TABLES["interactions"].given}
    return [{name: _aware_or_plain(value) for name, value in row.items() if name in given} for row in rows]


def _aware_or_plain(value: Any) -> Any:
    return _aware(value) if isinstance(value, datetime) else value


def _list_of(lake: "Lake", table: str, keys: Sequence[str], limit: int) -> list[Happening]:
    facts = lake.read(table)
    theirs = facts.filter(facts.customer_id.isin(list(keys))).order_by(facts.at.desc()).limit(limit)
    return [Happening(_aware(row["at"]), table, row) for row in _fetch(lake, lambda: theirs)]


def _find_newest(lake: "Lake", table: str) -> datetime | None:
    facts = lake.read(table)
    [row] = _fetch(lake, lambda: facts.aggregate(newest=facts.ingested_at.max()))
    return _aware(row["newest"]) if row["newest"] is not None else None


def _fetch(lake: "Lake", question: Callable[[], Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = lake.fetch(question).to_pylist()
    return rows


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
