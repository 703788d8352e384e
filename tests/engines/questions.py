"""What is asked of both engines: a question of every sort the pages ask, of one simulated company."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from untilyes.analysis import kept, leaving, margins, periods, staying
from untilyes.analysis.achieving import read_achieved
from untilyes.analysis.arrivals import read_arrivals
from untilyes.analysis.drivers import read_what_matters
from untilyes.analysis.engagement import read_crowd
from untilyes.analysis.findings.examining import EXAMINERS, examine_everything
from untilyes.analysis.journeys import (
    Basis,
    follow_path,
    list_strays,
    open_log,
    read_conformance,
    read_gaps,
    read_handoffs,
    read_lanes,
    read_map,
    read_passings,
    read_rework,
    read_sipoc,
)
from untilyes.analysis.measures import MEASURES
from untilyes.analysis.quality import contents, shares
from untilyes.analysis.risk import read_risk
from untilyes.analysis.scores.people import read_scale_use
from untilyes.analysis.scores.people import read_staying as read_staying_by_score
from untilyes.analysis.scores.score import list_scores
from untilyes.analysis.scores.words import read_said
from untilyes.analysis.segments.condition import CAME_BY, CONTACTS, NOES, Condition, How
from untilyes.analysis.segments.finding import find_segments
from untilyes.analysis.segments.members import list_members
from untilyes.analysis.segments.portrait import draw_portrait
from untilyes.analysis.service_quality import list_item_sets, read_features, read_quality
from untilyes.analysis.silence import read_silence
from untilyes.analysis.tasks import read_tasks
from untilyes.analysis.voices.reading import count_comments, read_comments
from untilyes.lake import Lake

AT: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
UNTIL: Final = AT.date()
Question = Callable[[Lake], Any]


def _measure(name: str, lake: Lake) -> Any:
    measure = MEASURES[name]
    return [
        measure(lake, by=("week", "channel"), floor=1, now=AT),
        measure(lake, by=("month", "touchpoint"), since=date(2026, 3, 1), until=UNTIL, where={"channel": None}, now=AT),
    ]


def _compare(lake: Lake) -> Any:
    middle = UNTIL - timedelta(days=28)
    before, after = periods.Span(UNTIL - timedelta(days=56), middle), periods.Span(middle, UNTIL)
    return periods.compare_spans(MEASURES["effectiveness"], lake, before=before, after=after, by=("channel",), now=AT)


def _journeys(lake: Lake) -> Any:
    with open_log(lake, process="") as log:
        found = read_map(log)
        return found, [follow_path(log, path) for path in found.happy], read_sipoc(log, found), log.processes, log.bases


def _paths(lake: Lake) -> Any:
    with open_log(lake, process="", since=date(2026, 1, 1), basis=Basis.STAYED) as log:
        path = read_map(log).happy[0]
        return read_conformance(log, path), list_strays(log, path)


def _walks(lake: Lake) -> Any:
    with open_log(lake, process="") as log:
        return read_lanes(log), read_passings(log), read_rework(log), read_gaps(log), read_handoffs(lake)


def _promises(lake: Lake) -> Any:
    return (
        kept.read_kept_months(lake, "delivery", at=AT),
        [kept.read_cut(lake, "delivery", by, at=AT) for by in kept.list_cuts(lake, "delivery")],
        margins.outcomes_available(lake, "delivery"),
        margins.read_margin_curve(lake, "delivery"),
        margins.read_margin_curve(lake, "refund", outcome="trust"),
        read_achieved(lake, "delivery", since=AT - timedelta(days=90), at=AT),
    )


def _leaving(lake: Lake) -> Any:
    return (
        leaving.count_departures(lake, until=UNTIL),
        leaving.find_waves(lake, until=UNTIL),
        staying.read_departed(lake, until=UNTIL),
        staying.read_life_table(lake, until=UNTIL),
        staying.compare_traits(lake, until=UNTIL),
    )


def _scores(lake: Lake) -> Any:
    return [
        (
            score,
            read_scale_use(lake, score),
            read_staying_by_score(lake, score, until=UNTIL),
            read_said(lake, score),
        )
        for score in list_scores(lake)
    ]


def _service(lake: Lake) -> Any:
    return [read_quality(lake, items) for items in list_item_sets(lake)], read_features(lake)


def _segments(lake: Lake) -> Any:
    members = (Condition("plan", How.IS, "member"),)
    their = MEASURES["effectiveness"](lake, among=lambda lake: list_members(lake, members, at=AT), now=AT)
    did = Condition(CONTACTS, How.FROM, 3.0), Condition(CAME_BY, How.IS_NOT, "phone"), Condition(NOES, How.UNDER, 1.0)
    return find_segments(lake, at=AT), draw_portrait(lake, members, at=AT), their, draw_portrait(lake, did, at=AT)


def _quality(lake: Lake) -> Any:
    return (
        contents.count_wrong(lake, until=UNTIL),
        contents.count_twice(lake),
        contents.find_new_scales(lake, until=UNTIL),
        contents.find_spellings(lake),
        list(shares.read_unknown(lake, until=UNTIL)),
        list(shares.read_response(lake, until=UNTIL)),
    )


def _voices(lake: Lake) -> Any:
    return count_comments(lake, since=date(2026, 6, 1)), read_comments(lake, since=date(2026, 10, 1), until=UNTIL)


QUESTIONS: Final[dict[str, Question]] = {
    **{f"measure {name}": partial(_measure, name) for name in MEASURES},
    "periods": _compare,
    "journeys": _journeys,
    "paths": _paths,
    "walks": _walks,
    "promises": _promises,
    "leaving": _leaving,
    "risk": lambda lake: read_risk(lake, until=UNTIL),
    "silence": lambda lake: read_silence(lake, until=UNTIL, rng=7),
    "what matters": lambda lake: read_what_matters(lake, "effective", today=UNTIL),
    "tasks": lambda lake: read_tasks(lake, at=AT),
    "arrivals": lambda lake: read_arrivals(lake, at=AT),
    "scores": _scores,
    "service quality": _service,
    "segments": _segments,
    "quality": _quality,
    "voices": _voices,
    "engagement": lambda lake: read_crowd(lake, until=UNTIL),
}


def examine(lake: Lake) -> Any:
    """Everything the nightly look tells, with what its customers spent."""
    return examine_everything(lake, until=UNTIL, in_money=True)


__all__ = ["AT", "EXAMINERS", "QUESTIONS", "UNTIL", "Question", "examine"]
