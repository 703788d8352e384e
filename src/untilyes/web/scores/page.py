"""What the page of scores shows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from untilyes.analysis.measures import Reading
from untilyes.analysis.measures.kinds import NetScore
from untilyes.analysis.scores.people import FOLLOWED, Stayed, read_scale_use, read_staying
from untilyes.analysis.scores.score import Band, Score, list_scores
from untilyes.analysis.scores.words import Said, read_said
from untilyes.analysis.voices.masking import mask
from untilyes.lake import Lake
from untilyes.stats.response_styles import ResponseStyle
from untilyes.stats.results import Estimate
from untilyes.stats.scores import answers_needed, score_variance, smallest_real_change
from untilyes.web.components.chart import Chart
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker, span_of
from untilyes.web.measures.asking import Question, start_of_period, step
from untilyes.web.measures.page import Comparison, compare, read_measure, tell_reading, title_chart
from untilyes.web.measures.picture import TRUST, picture, picture_answers, tell_period
from untilyes.web.segments.choosing import SegmentChoice
from untilyes.web.words import tell_measure, tell_value
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound

MONTHS: Final = 13
SHOWN: Final = 30
STEPS: Final = {"points": (2.0, 5.0, 10.0), "share": (0.01, 0.02, 0.05)}
FEWEST_REPEATED: Final = 100
NOTHING_YET: Final = EmptyState(
    "No scores yet",
    "This page is about scores on a scale: would customers recommend us, are they satisfied, was it easy, do they "
    "trust us. Add one of these questions to a survey, or bring in answers from elsewhere.",
    "untilyes import olist folder/ --dry-run",
)


@dataclass(frozen=True)
class Choice:
    """One score that can be looked at."""

    key: str
    told: str
    given: int


@dataclass(frozen=True)
class MonthRow:
    """One month of the table."""

    told: str
    estimate: Estimate
    hidden: str | None
    whisker: Whisker
    rows: str


@dataclass(frozen=True)
class Step:
    """A change somebody might talk of, and how many answers in each of two periods would show it."""

    told: str
    answers: int


@dataclass(frozen=True)
class WhatIsReal:
    """How many answers a month there are, the smallest change they would show, and what other changes would take."""

    a_month: int
    smallest: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class StayedRow:
    """One band in the table of who stayed."""

    found: Stayed
    whisker: Whisker


@dataclass(frozen=True)
class SaidRow:
    """One comment as this member may read it; the address is empty for whoever may not see customers."""

    at: datetime
    score: str
    text: str
    where: str
    customer: str


@dataclass(frozen=True)
class ScoresPage:
    """One score and everything that gives it a meaning; only `choices` are there while nothing was ever scored."""

    choices: tuple[Choice, ...]
    customers: SegmentChoice
    score: Score | None = None
    sentence: str = ""
    comparison: Comparison | None = None
    chart: Chart | None = None
    answers: Chart | None = None
    months: tuple[MonthRow, ...] = ()
    real: WhatIsReal | None = None
    style: ResponseStyle | None = None
    stayed: tuple[StayedRow, ...] = ()
    bands: tuple[Band, ...] = ()
    band: Band | None = None
    said: tuple[SaidRow, ...] = ()
    measures: str = ""

    @property
    def empty(self) -> EmptyState | None:
        return None if self.score else NOTHING_YET

    @property
    def days(self) -> int:
        """How long customers are followed."""
        return FOLLOWED.days


def build_page(member: Member, *, key: str, band: str, customers: SegmentChoice, at: datetime) -> ScoresPage:
    """The score named by `key`, the one most given by default; `at` is now, in the workspace's zone."""
    lake = customers.open_lake(at=at)
    known = list_scores(lake)
    choices = tuple(Choice(one.key, _name(one, known), one.given) for one in known)
    if not known:
        return ScoresPage(choices, customers)
    score = _choose(known, key)
    asked = Question(score.measure, "month", (), score.where, _first_month(at.date()), None, customers.slug)
    reading, comparison = read_measure(asked, at=at), compare(asked, at=at)
    chosen = next((one for one in score.bands if one.name == band), None)
    slug = member.workspace.slug
    return ScoresPage(
        choices,
        customers,
        score,
        tell_reading(asked, reading),
        comparison,
        picture(asked, reading, title=title_chart(asked, reading, comparison), today=at.date()),
        picture_answers(asked, reading),
        _list_months(asked, reading, slug),
        tell_what_is_real(score, reading, today=at.date()),
        _read_style(lake, score),
        tuple(StayedRow(one, Whisker(one.stayed, 0.0, 1.0)) for one in read_staying(lake, score, until=at.date())),
        score.bands,
        chosen,
        tuple(_tell(one, score, member) for one in read_said(lake, score, band=chosen, most=SHOWN)),
        asked.address(slug),
    )


def tell_what_is_real(score: Score, reading: Reading, *, today: date) -> WhatIsReal | None:
    """What the answers of an ordinary month would show: the mean of the three newest whole months there are."""
    whole = [cell for cell in reading if cell.hidden is None and _is_over(cell.key["month"], today)]
    newest = [cell.estimate.n for cell in whole[-3:]]
    a_month = round(sum(newest) / len(newest)) if newest else 0
    variance = _variance(score, reading)
    if not a_month or not variance:
        return None
    unit = score.measure.kind.unit
    steps = (Step(_change(size, unit), answers_needed(size, variance=variance)) for size in STEPS[unit])
    return WhatIsReal(a_month, _change(smallest_real_change(a_month, variance=variance), unit), tuple(steps))


def _variance(score: Score, reading: Reading) -> float:
    """Of one answer: in points² for a net score, in shares² for a share."""
    kind = score.measure.kind
    if isinstance(kind, NetScore):
        known = {float(value): n for value, n in reading.bins.items() if value in kind.scoring.points}
        return score_variance(known, kind.scoring)
    share = reading.total.value
    return 0.0 if share is None else share * (1 - share)


def _change(size: float, unit: str) -> str:
    if unit == "points":
        return f"{size:.0f} points"
    told = f"{100 * size:.0f}" if size >= 0.0095 else f"{100 * size:.1f}"
    return f"{told} percentage point{'' if told == '1' else 's'}"


def _is_over(month: object, today: date) -> bool:
    return isinstance(month, date) and step(month, "month") <= today


def _first_month(today: date) -> date:
    return step(start_of_period(today, "month"), "month", 1 - MONTHS)


def _choose(known: tuple[Score, ...], key: str) -> Score:
    """Raises NotFound for a score nobody ever gave."""
    if not key:
        return max(known, key=lambda one: one.given)
    for one in known:
        if one.key == key:
            return one
    raise NotFound("Nobody has given this score.")


def _name(score: Score, known: tuple[Score, ...]) -> str:
    """Its scale is said where the same question was asked on several."""
    several = sum(one.question == score.question for one in known) > 1
    name = tell_measure(score.question)
    return f"{name}, {tell_value('scale', score.scale)}" if several else name


def _list_months(asked: Question, reading: Reading, slug: str) -> tuple[MonthRow, ...]:
    """The newest first."""
    scale = span_of(cell.estimate for cell in reading)
    return tuple(
        MonthRow(
            tell_period(month, "month"),
            cell.estimate,
            cell.hidden,
            Whisker(cell.estimate, *scale),
            asked.narrowed(cell.key).address(slug, page="measures:rows"),
        )
        for cell in reversed(reading.cells)
        if isinstance(month := cell.key["month"], date)
    )


def _read_style(lake: Lake, score: Score) -> ResponseStyle | None:
    """Fewer repeated answers than a hundred would make a guess of it."""
    style = read_scale_use(lake, score)
    return style if style is not None and style.adjusted >= FEWEST_REPEATED else None


def _tell(said: Said, score: Score, member: Member) -> SaidRow:
    may_see = member.may("see_customers")
    where = " · ".join(part.replace("_", " ") for part in (said.channel, said.touchpoint) if part)
    text = said.text if may_see else mask(said.text)
    told = TRUST[said.score] if score.question == "trust" else str(said.score)
    return SaidRow(said.at, told, text, where, _address(said.customer_id, member) if may_see else "")


def _address(customer: str | None, member: Member) -> str:
    """Empty where nobody is known, or by a key that is no customer of ours."""
    try:
        return reverse("customers:customer", args=[member.workspace.slug, UUID(str(customer))])
    except ValueError:
        return ""
