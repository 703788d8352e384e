"""What may be shown to everybody: the two gauges, every score with its certainty, and where to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from untilyes.analysis.changes import Examination, Period, examine
from untilyes.feedback.queries import open_lake
from untilyes.stats.results import Change
from untilyes.surveys.links import link_to_survey
from untilyes.surveys.models import Survey
from untilyes.surveys.queries import list_survey_lines
from untilyes.surveys.rules import SurveyKind
from untilyes.web.addresses import address_of_measure
from untilyes.web.components.gauge import Gauge
from untilyes.web.today.examining import STEERING
from untilyes.web.today.page import draw_gauge
from untilyes.web.today.trends import draw_trend
from untilyes.web.words import tell_measure

SCORES = (
    "effectiveness",
    "got_it",
    "good_job",
    "timely",
    "complete",
    "courteous",
    "first_time_yes",
    "no_to_yes",
    "time_to_yes",
    "trust",
    "nps",
    "csat",
    "ces",
    "promise_kept",
    "response_rate",
)


@dataclass(frozen=True)
class ScoreLine:
    """One measure, this period and the one before."""

    measure: str
    name: str
    change: Change
    address: str
    download: str


@dataclass(frozen=True)
class OpenSurvey:
    """A survey anybody may answer, and its address."""

    survey: Survey
    address: str


@dataclass(frozen=True)
class SharePage:
    """The page. `examined` says how many comparisons were corrected together."""

    gauges: tuple[Gauge, ...]
    lines: Sequence[ScoreLine]
    unheard: Sequence[str]
    since: date
    last_on: date
    examined: int
    surveys: Sequence[OpenSurvey]


def build_page(slug: str, *, at: datetime) -> SharePage:
    """The figures of the last four weeks against the four before."""
    lake, period = open_lake(), Period(until=at.date() + timedelta(days=1))
    examined = examine(lake, SCORES, period=period)
    lines = [_line(slug, name, examined, period) for name in SCORES]
    return SharePage(
        gauges=tuple(
            draw_gauge(slug, name, examined, period, draw_trend(lake, name, period.until)) for name in STEERING
        ),
        lines=[line for line in lines if line is not None],
        unheard=[tell_measure(name) for name, line in zip(SCORES, lines, strict=True) if line is None],
        since=period.since,
        last_on=at.date(),
        examined=examined.examined,
        surveys=[
            OpenSurvey(line.survey, link_to_survey(line.survey))
            for line in list_survey_lines()
            if line.live_version and line.survey.kind != SurveyKind.CONFIRMATION
        ],
    )


def as_rows(page: SharePage) -> list[list[str | float]]:
    """The scores as a table: a head, and a row for each with its interval, n, method and verdict."""
    head: list[str | float] = ["measure", "since", "last_day", "value", "low", "high", "n", "unit", "method"]
    rows: list[list[str | float]] = [[*head, "value_before", "n_before", "verdict"]]
    for line in page.lines:
        now, before = line.change.after, line.change.before
        told = [now.value, now.low, now.high, now.n, now.unit, now.method, before.value, before.n]
        rows.append(
            [
                line.measure,
                page.since.isoformat(),
                page.last_on.isoformat(),
                *("" if one is None else one for one in told),
                line.change.verdict.value,
            ]
        )
    return rows


def _line(slug: str, name: str, examined: Examination, period: Period) -> ScoreLine | None:
    change = examined.find(name)
    if change is None or not change.after.is_defined:
        return None
    return ScoreLine(
        measure=name,
        name=tell_measure(name),
        change=change,
        address=address_of_measure(slug, name, by=("week",), since=period.since - timedelta(weeks=8)),
        download=address_of_measure(
            slug, name, by=("week",), since=period.since, until=period.until, page="measures:csv"
        ),
    )
