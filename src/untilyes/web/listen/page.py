"""What Listen shows: where we hear customers, what we ask, which files came in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.analysis.changes import Period
from untilyes.feedback.queries import Present, open_lake, read_present
from untilyes.sources.models import ImportRun
from untilyes.sources.queries import list_imports
from untilyes.surveys.definition import Definition
from untilyes.surveys.links import link_to_survey
from untilyes.surveys.models import Survey, SurveyVersion
from untilyes.surveys.queries import (
    SurveyLine,
    count_invitations,
    get_newest_version,
    get_survey_line,
    list_survey_lines,
    list_versions,
)
from untilyes.surveys.rules import NotAsked, SurveyKind, SurveyState
from untilyes.web.components.meter import Meter
from untilyes.web.today.page import read_source_mix

REASONS = {
    NotAsked.OPTED_OUT: "asked not to be asked",
    NotAsked.NO_ADDRESS: "no address known",
    NotAsked.ASKED_RECENTLY: "asked a short while ago",
    NotAsked.TOO_LONG_AGO: "it was too long ago",
    NotAsked.ANONYMOUS: "nobody we know",
}


@dataclass(frozen=True)
class ImportLine:
    """One import, its rows added up over everything it mapped."""

    run: ImportRun
    read: int
    accepted: int
    rejected: int
    corrected: int
    repeated: int
    reasons: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class ListenPage:
    """The page."""

    sources: Meter | None
    confirmations: Sequence[SurveyLine]
    surveys: Sequence[SurveyLine]
    imports: Sequence[ImportLine]
    present: Present


@dataclass(frozen=True)
class SurveyPage:
    """One survey: what it asks, what became of the asking, and what may be done."""

    line: SurveyLine
    survey: Survey
    newest: SurveyVersion
    asks: Definition
    versions: Sequence[SurveyVersion]
    link: str
    not_asked: Sequence[tuple[str, int]]
    may_edit: bool

    @property
    def is_live(self) -> bool:
        return self.survey.state == SurveyState.LIVE

    @property
    def has_unlaunched(self) -> bool:
        """Whether the newest wording was never launched, or the survey is not live."""
        return self.newest.launched_at is None or not self.is_live

    @property
    def is_confirmation(self) -> bool:
        return self.survey.kind == SurveyKind.CONFIRMATION


def build_page(slug: str, *, at: datetime) -> ListenPage:
    """Everything Listen shows."""
    lines, present = list_survey_lines(), read_present(at)
    return ListenPage(
        sources=read_source_mix(open_lake(), slug, Period(until=present.at.date() + timedelta(days=1))),
        confirmations=[line for line in lines if line.survey.kind == SurveyKind.CONFIRMATION],
        surveys=[line for line in lines if line.survey.kind != SurveyKind.CONFIRMATION],
        imports=[_import(run) for run in list_imports(limit=10)],
        present=present,
    )


def build_survey(survey: Survey, *, may_edit: bool) -> SurveyPage:
    """Everything about one survey."""
    newest, line = get_newest_version(survey), get_survey_line(survey)
    counted = count_invitations(survey=survey)
    return SurveyPage(
        line=line,
        survey=survey,
        newest=newest,
        asks=newest.asks,
        versions=list_versions(survey),
        link=link_to_survey(survey) if line.live_version and survey.kind != SurveyKind.CONFIRMATION else "",
        not_asked=[(told, n) for why, told in REASONS.items() if (n := counted.get(f"not_asked:{why.value}"))],
        may_edit=may_edit,
    )


def _import(run: ImportRun) -> ImportLine:
    def add(name: str) -> int:
        return sum(int(tally.get(name, 0)) for tally in run.counts)

    reasons: dict[str, int] = {}
    for tally in run.counts:
        for why, n in tally.get("reasons", {}).items():
            reasons[why] = reasons.get(why, 0) + n
    most = sorted(reasons.items(), key=lambda one: -one[1])
    return ImportLine(run, add("read"), add("accepted"), add("rejected"), add("corrected"), add("repeated"), most[:5])
