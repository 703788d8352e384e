"""Where one team's customers fare otherwise than other teams' in the same places; never one person's."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Final

import ibis.expr.types as ir

from untilyes.analysis.findings.differences import FEWEST, FOLLOWED, MATTERS, WEEKS
from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone, Trail
from untilyes.analysis.findings.moments import WEEKS_A_MONTH
from untilyes.analysis.findings.people import who_was_served
from untilyes.analysis.findings.series import PLACE, Where, as_share, list_parts
from untilyes.analysis.findings.wording import tell_place
from untilyes.analysis.handling import SORTS, count_smooth
from untilyes.analysis.measures import MEASURES
from untilyes.analysis.measures.measure import Measure, add_bins
from untilyes.lake import Lake
from untilyes.stats.changes import compare_shares
from untilyes.stats.comparisons import compare_stratified_shares
from untilyes.stats.results import Change

FEWEST_STAFF: Final = 5
"""A team that is known to be fewer people is not compared: its figure would be somebody's."""

_READ: Final = ("team", *PLACE)
MOST_TOLD: Final = 3
"""Teams told of one by one for each measure and promise; a list of forty teams is a league table and no finding."""

MOST_RIVALS: Final = 20
"""So many teams, the weightiest that differ, are tried as what makes another look different."""

Counts = tuple[float, float]
NOTHING: Final[Counts] = (0.0, 0.0)
Corner = tuple[str | None, str | None, str]
"""A touchpoint, a channel, and the Monday (ISO) of a week: what changed for all is no difference between teams."""

Places = Mapping[Corner, Counts]
"""Where and when → (k, n)."""


@dataclass(frozen=True)
class _Teams:
    """Counts by team, and of all of them together."""

    each: Mapping[str, Places]
    whole: Places

    @classmethod
    def of(cls, each: Mapping[str, Places]) -> "_Teams":
        return cls(each, _join(each.values()))

    def compare(self, team: str, *, without: str | None = None) -> Change | None:
        """The team after all others in the places where both serve; None where either has too few there."""
        left_out = self.each[without] if without else {}
        others = [
            (_take(self.whole[at], mine, left_out.get(at, NOTHING)), mine) for at, mine in self.each[team].items()
        ]
        both = [(theirs, mine) for theirs, mine in others if theirs[1] and mine[1]]
        if min((sum(side[1] for side in sides) for sides in zip(*both, strict=True)), default=0.0) < FEWEST:
            return None
        before, after = ([[one[part] for one in sides] for part in (0, 1)] for sides in zip(*both, strict=True))
        return compare_stratified_shares((before[0], before[1]), (after[0], after[1]))


@dataclass(frozen=True)
class _Served:
    """One measure (one part of it) by team, place and week; `nobody` is what no team is named for."""

    measure: Measure
    only: Where
    since: date
    teams: _Teams
    nobody: Places

    def key(self, *where: tuple[str, str]) -> str:
        return ":".join(["difference", self.measure.name, *(f"{name}={value}" for name, value in (*self.only, *where))])


def examine_teams(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per measure and team: is its share another than that of other teams in the same places?

    Compared within each touchpoint, channel and week in which others serve as well (Mantel-Haenszel), 13 weeks, so that
    no team is blamed for where or when it works. A team is explained by another on the other side without which it
    would be like the rest (of two teams the worse is told), and one that keeps fewer promises by how work is handled
    when it is like the rest where that went smoothly. Where many differ, those beyond the first three are named behind
    them. A team explains the places that would be like all others without it.
    """
    small = _list_small_teams(lake)
    for name in FOLLOWED:
        for served in _read(lake, MEASURES[name], small, until):
            changes = {team: change for team in served.teams.each if (change := served.teams.compare(team))}
            real = _weigh(served, {team: one for team, one in changes.items() if _matters(one)})
            smooth = _count_smooth(lake, served, small, until) if real else None
            causes = {team: (*_explaining(served, real, team), *_handled(served, team, smooth)) for team in real}
            first = [team for team in real if not [one for one in causes[team] if "team=" in one]][:MOST_TOLD]
            for team, change in changes.items():
                led = () if team in first else tuple(served.key(("team", other)) for other in first)
                explains = tuple(_list_places(served, team)) if team in real else ()
                tell = partial(_tell, served, team, change)
                yield Candidate(
                    served.key(("team", team)), change.p, team in real, tell, (*causes.get(team, ()), *led), explains,
                    people=who_was_served(lake, team, until=until),
                )  # fmt: skip


def _matters(change: Change) -> bool:
    return change.is_real and abs(change.delta or 0.0) >= MATTERS


def _weigh(served: _Served, real: Mapping[str, Change]) -> dict[str, Change]:
    """The teams that differ, the worse ones first, and of those the ones that concern most."""

    def weight(team: str) -> tuple[bool, float, str]:
        delta, n = real[team].delta or 0.0, _add(served.teams.each[team].values())[1]
        return delta > 0, -abs(delta) * n, team

    return {team: real[team] for team in sorted(real, key=weight)}


def _explaining(served: _Served, real: Mapping[str, Change], team: str) -> Iterator[str]:
    if served.measure.name == "csat":
        yield f"difference:effectiveness:team={team}"
    mine = real[team].delta or 0.0
    for other in islice((name for name, one in real.items() if mine * (one.delta or 0.0) < 0), MOST_RIVALS):
        left = served.teams.compare(team, without=other)
        if (left is None and mine > 0) or (left is not None and not left.is_real):
            yield served.key(("team", other))


def _handled(served: _Served, team: str, smooth: _Teams | None) -> Iterator[str]:
    """What is told of work passed on or opened again, where nothing is left of the difference without such work."""
    if smooth is not None and team in smooth.each:
        left = smooth.compare(team)
        if left is None or not left.is_real:
            yield from (f"handling:{dict(served.only)['promise']}:{sort}" for sort in SORTS)


def _list_places(served: _Served, team: str) -> Iterator[str]:
    """Places that are like all others once this team's work is left out on both sides."""
    mine = served.teams.each[team]
    others = {at: _take(counts, mine.get(at, NOTHING)) for at, counts in served.teams.whole.items()}
    rest = _join([others, served.nobody])
    for where in _list_wheres(rest):
        inside = {
            at for at in rest if all(dict(zip(PLACE, at[:2], strict=True))[name] == value for name, value in where)
        }
        here, elsewhere = (_add(rest[at] for at in side) for side in (inside, rest.keys() - inside))
        if min(here[1], elsewhere[1]) >= FEWEST and not compare_shares(elsewhere, here).is_real:
            yield served.key(*where)


def _list_wheres(places: Places) -> list[Where]:
    found: set[Where] = set()
    for touchpoint, channel, _ in places:
        parts = [(name, value) for name, value in zip(PLACE, (touchpoint, channel), strict=True) if value]
        found |= {(part,) for part in parts} | ({tuple(parts)} if parts else set())
    return sorted(found)


def _read(lake: Lake, measure: Measure, small: frozenset[str], until: date) -> Iterator[_Served]:
    since = until - timedelta(weeks=WEEKS)
    for only in list_parts(lake, measure, since=since, until=until):
        reading = measure(lake, by=("week", "team", *PLACE), where=dict(only), since=since, until=until, floor=0)
        teams: dict[str, dict[Corner, Counts]] = {}
        nobody: dict[Corner, Counts] = {}
        for cell in reading.cells:
            team, touchpoint, channel = (None if (told := cell.key[name]) is None else str(told) for name in _READ)
            at = touchpoint, channel, str(cell.key["week"])
            counts = as_share(measure.kind, add_bins([cell.bins]), dict(only).get(measure.part or ""))
            places = nobody if team is None or team in small else teams.setdefault(team, {})
            places[at] = _add([places.get(at, NOTHING), counts])
        yield _Served(measure, only, since, _Teams.of(teams), nobody)


def _count_smooth(lake: Lake, served: _Served, small: frozenset[str], until: date) -> _Teams | None:
    """The same where work was neither passed on nor opened again; None for what is no promise."""
    promise = dict(served.only).get("promise")
    if promise is None:
        return None
    counted = count_smooth(lake, promise, since=served.since, until=until)
    return _Teams.of({team: places for team, places in counted.items() if team not in small})


def _list_small_teams(lake: Lake) -> frozenset[str]:
    """Teams known to be fewer than `FEWEST_STAFF` people. Of a team of which no person is known nothing is known."""

    def question() -> ir.Table:
        sides = [lake.read(table).select("team", "employee_id") for table in ("employees", "interactions")]
        both = sides[0].union(sides[1])
        known = both.filter(both["team"].notnull(), both["employee_id"].notnull())
        return known.group_by("team").aggregate(people=known["employee_id"].nunique())

    return frozenset(row["team"] for row in lake.fetch(question).to_pylist() if row["people"] < FEWEST_STAFF)


def _add(counts: Iterable[Counts]) -> Counts:
    pairs = list(counts)
    return sum(k for k, _ in pairs), sum(n for _, n in pairs)


def _take(counts: Counts, *away: Counts) -> Counts:
    return counts[0] - sum(k for k, _ in away), counts[1] - sum(n for _, n in away)


def _join(several: Iterable[Places]) -> Places:
    joined: dict[Corner, Counts] = {}
    for places in several:
        for at, counts in places.items():
            joined[at] = _add([joined.get(at, NOTHING), counts])
    return joined


def _tell(served: _Served, team: str, change: Change) -> Finding:
    measure, only = served.measure, dict(served.only)
    tone = Tone.BETTER if (change.delta or 0.0) > 0 else Tone.WORSE
    a_month = round(_add(served.teams.each[team].values())[1] / WEEKS * WEEKS_A_MONTH)
    counted = "promises" if measure.name == "promise_kept" else "answers"
    about = f" ({tell_place(only)})" if only else ""
    read = f"{tell_place(only)} kept in" if counted == "promises" else f"{measure.title.lower()}{about} is"
    return Finding(
        kind=Kind.DIFFERENCE,
        key=served.key(("team", team)),
        sentence=f"Team “{team}”: {read} {change.after.brief()}, of other teams in the same places "
        f"{change.before.brief()}. About {a_month:,} {counted} a month.",
        tone=tone,
        customers=a_month,
        effect=abs(change.delta or 0.0),
        action="See with this team how it is done, and what of it others could do."
        if tone is Tone.BETTER
        else "Look at ten of these with this team, and ask what it lacks that others have.",
        change=change,
        figures=(Figure(f"team “{team}”", change.after), Figure("other teams in the same places", change.before)),
        look=Look(measure.name, PLACE, {**only, "team": team}, served.since, None),
        watch=Trail("measure", {"measure": measure.name, **only, "team": team}),
        notes=(
            "Compared within each touchpoint, channel and week in which other teams serve as well (Mantel-Haenszel), "
            "13 weeks; both figures are for one mix of places and weeks.",
            f"A team and never a person: one known to be fewer than {FEWEST_STAFF} people is not compared.",
            "An association: who gets the hard matters fares worse, however good they are.",
        ),
    )
