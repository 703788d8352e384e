"""What a search over all comments shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from untilyes.analysis.voices.asking import NotUnderstood, read_query
from untilyes.analysis.voices.reading import count_comments, read_comments
from untilyes.analysis.voices.searching import FACETS, Hits
from untilyes.analysis.voices.searching import search as look_for
from untilyes.voices.queries import name_topics
from untilyes.web.segments.choosing import SegmentChoice, read_choice
from untilyes.web.voices.reading import Rows, turn_to
from untilyes.web.words import tell_value
from untilyes.workspaces.models import Member

MOST_VALUES = 12
KIND_WORDS = {"wish": "wishes", "question": "questions", "leaving": "plans to leave"}
ANSWER_WORDS = {"yes": "said yes", "no": "said no"}
HEADS = {"kind": "Sort", "answer": "Answered", "tone": "Sounds"}


@dataclass(frozen=True)
class Value:
    """One value a search can be narrowed to."""

    value: str
    label: str
    n: int
    chosen: bool
    address: str


@dataclass(frozen=True)
class Facet:
    """What a search can be narrowed by."""

    name: str
    head: str
    values: tuple[Value, ...]
    chosen: str
    all_of_them: str


@dataclass(frozen=True)
class SearchPage:
    """What a query found, or why it could not be read."""

    query: str
    problem: str
    hits: Hits | None
    rows: Rows | None
    facets: tuple[Facet, ...]
    customers: SegmentChoice
    since: date | None = None
    until: date | None = None
    may_shape: bool = False


def build_search(member: Member, asked: Mapping[str, str], *, number: int, at: datetime) -> SearchPage:
    """The comments a query means, newest first; without a query, all of them."""
    text, customers = asked.get("q", ""), read_choice(asked)
    try:
        query = read_query(text) if text.strip() else None
        since, until = _read_day(asked, "since"), _read_day(asked, "until")
    except NotUnderstood as problem:
        return SearchPage(text, str(problem), None, None, (), customers)
    where = {name: asked[name] for name in FACETS if asked.get(name)}
    lake, end, names = customers.open_lake(at=at), until + timedelta(days=1) if until else None, name_topics()
    # What a narrowed search is a share of must be read whole.
    comments = read_comments(lake, since=since, until=end, meeting=None if where else query)
    hits = look_for(comments, query, where=where, searched=count_comments(lake, since=since, until=end))
    return SearchPage(
        text,
        "",
        hits,
        turn_to(hits.comments, number, member=member, names=names),
        tuple(_tell_facet(name, hits.facets[name], asked, names) for name in FACETS),
        customers,
        since,
        until,
        member.may("act_on_findings"),
    )


def _tell_facet(
    name: str, counted: tuple[tuple[str, int], ...], asked: Mapping[str, str], names: dict[str, str]
) -> Facet:
    chosen = asked.get(name, "")
    known = [entry for entry in counted if entry[0]]
    shown = known[:MOST_VALUES] + [entry for entry in known[MOST_VALUES:] if entry[0] == chosen]
    values = tuple(
        Value(value, _tell_value(name, value, names), n, value == chosen, _ask_also(asked, name, value))
        for value, n in shown
    )
    return Facet(name, HEADS.get(name, name.capitalize()), values, chosen, _ask_also(asked, name, ""))


def _ask_also(asked: Mapping[str, str], name: str, value: str) -> str:
    """The same search, narrowed to one value more (or one less), from its first page."""
    wanted = {**asked, name: value, "page": ""}
    return "?" + urlencode({key: told for key, told in wanted.items() if told})


def _tell_value(name: str, value: str, names: dict[str, str]) -> str:
    words = {"topic": names, "kind": KIND_WORDS, "answer": ANSWER_WORDS}.get(name)
    return words.get(value, value) if words is not None else tell_value(name, value)


def _read_day(asked: Mapping[str, str], name: str) -> date | None:
    text = asked.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as problem:
        raise NotUnderstood(f"“{text}” is not a day; write it as 2026-09-01.") from problem
