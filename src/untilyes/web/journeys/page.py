"""What the pages of journeys show: the map, a path and who strays from it, teams, waits, and the whole on one sheet."""

from dataclasses import dataclass
from typing import Final

from untilyes.analysis.journeys import (
    Basis,
    Conformance,
    Gaps,
    HandoffCost,
    JourneyMap,
    JourneyPath,
    Lanes,
    Rework,
    Sipoc,
    Step,
    Strays,
    follow_path,
    list_strays,
    read_conformance,
    read_handoffs,
    read_lanes,
    read_map,
    read_passings,
    read_rework,
    read_sipoc,
)
from untilyes.insights.actions import ask_for_reckoning
from untilyes.insights.queries import Reckoned, read_reckoning
from untilyes.insights.sheets import LONGEST, Words, find_words
from untilyes.web.components.curve import Curve
from untilyes.web.journeys.asking import Asked, Choices, offer_choices
from untilyes.web.journeys.exceptions import MOST_ROWS, ExceptionRow, list_rows
from untilyes.web.journeys.layout import Drawing, lay_out
from untilyes.web.journeys.panels import StepPanel, list_panels
from untilyes.workspaces.models import Member

MOST_EDGES: Final = 60
MOST_PATHS: Final = 10


@dataclass(frozen=True)
class HappyPath:
    """One path with where journeys that begin like it leave it."""

    path: JourneyPath
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class GapPanel:
    """One gap in words, with its curve in numbers."""

    told: str
    curve: Curve


@dataclass(frozen=True)
class JourneysPage:
    """The map, with a panel for every step, and its happy paths."""

    choices: Choices
    basis: Basis
    found: JourneyMap
    shown: JourneyMap
    drawing: Drawing
    panels: tuple[StepPanel, ...]
    happy: tuple[HappyPath, ...]
    share: float

    @property
    def common(self) -> tuple[JourneyPath, ...]:
        return self.found.paths[:MOST_PATHS]

    @property
    def sentence(self) -> str:
        """The map in one sentence."""
        found = self.found
        told = f"went {found.ways:,} different ways" if found.ways > 1 else "all went one way"
        first = found.paths[0]
        share = round(100 * first.journeys / found.journeys)
        return f"{found.journeys:,} journeys {told}; {share} % of them the commonest: {first.told}."


@dataclass(frozen=True)
class PathPage:
    """One path: how far journeys keep to it, how they differ, who strayed and who stands still."""

    choices: Choices
    basis: Basis
    paths: tuple[JourneyPath, ...]
    kept: Conformance
    strays: Strays
    rows: tuple[ExceptionRow, ...]
    may_work: bool

    @property
    def sentence(self) -> str:
        """How many keep to it, and the commonest difference."""
        kept = self.kept
        told = f"{kept.kept.sentence()} keep to it"
        if kept.under_way:
            told += f"; {kept.under_way:,} are still on it"
        first = kept.deviations[0] if kept.deviations else None
        return f"{told}. The commonest difference: {first.told} ({first.share.brief()})." if first else f"{told}."


@dataclass(frozen=True)
class TeamsPage:
    """Swim lanes, and what passing on goes with."""

    choices: Choices
    basis: Basis
    lanes: Lanes
    passings: HandoffCost
    handoffs: HandoffCost


@dataclass(frozen=True)
class AgainPage:
    """What is done again."""

    choices: Choices
    basis: Basis
    rework: tuple[Rework, ...]


@dataclass(frozen=True)
class WaitsPage:
    """Where along the waits between steps it goes wrong, as last worked out."""

    choices: Choices
    basis: Basis
    is_judged: bool
    reckoned: Reckoned

    @property
    def gaps(self) -> Gaps | None:
        return self.reckoned.value if isinstance(self.reckoned.value, Gaps) else None

    @property
    def panels(self) -> tuple[GapPanel, ...]:
        """The gaps with a place, each with its curve."""
        good = self.basis.told.capitalize()
        real = self.gaps.real if self.gaps else ()
        return tuple(GapPanel(gap.tell(self.basis), Curve(gap.turning, good, "Journeys")) for gap in real)

    @property
    def straight(self) -> tuple[str, ...]:
        """The others, in a sentence each."""
        return tuple(gap.tell(self.basis) for gap in self.gaps.straight) if self.gaps else ()


@dataclass(frozen=True)
class SheetPage:
    """The process on one sheet."""

    choices: Choices
    basis: Basis
    sipoc: Sipoc
    journeys: int
    process: str
    words: Words
    typed: Words
    problem: str
    may_word: bool
    longest: int = LONGEST


def build_map(asked: Asked) -> JourneysPage:
    """Read the log once and lay it out; edges that fewer of the journeys go than asked for are left out."""
    with asked.open_log() as log:
        found = read_map(log)
        happy = tuple(HappyPath(path, follow_path(log, path)) for path in found.happy)
        choices = offer_choices(asked, log)
    shown = found.keep_common(asked.share)
    drawing = lay_out(shown.activities, shown.edges[:MOST_EDGES])
    panels = list_panels(shown)
    return JourneysPage(choices, log.basis, found, shown, drawing, panels, happy, asked.share)


def build_path(asked: Asked, member: Member) -> PathPage | None:
    """Hold journeys against the path asked for; None without journeys."""
    with asked.open_log() as log:
        found = read_map(log)
        path = asked.find_path(found)
        if path is None:
            return None
        offered = tuple(dict.fromkeys((*found.happy, *found.paths[:MOST_PATHS], path)))
        strays = list_strays(log, path, limit=MOST_ROWS)
        return PathPage(
            offer_choices(asked, log),
            log.basis,
            offered,
            read_conformance(log, path),
            strays,
            list_rows(strays.rows, member),
            member.may("work_cases") and member.may("see_customers"),
        )


def build_teams(asked: Asked) -> TeamsPage:
    """Who does what, and passes on to whom."""
    lake = asked.open_lake()
    with asked.open_log() as log:
        return TeamsPage(offer_choices(asked, log), log.basis, read_lanes(log), read_passings(log), read_handoffs(lake))


def build_again(asked: Asked) -> AgainPage:
    """What is done again, and what that goes with."""
    with asked.open_log() as log:
        return AgainPage(offer_choices(asked, log), log.basis, read_rework(log))


def build_waits(asked: Asked) -> WaitsPage:
    """What the worker last found along the waits; it is asked again where the log has grown since."""
    with asked.open_log() as log:
        choices, basis = offer_choices(asked, log), log.basis
        about = f"gaps:{log.process.key if log.process else ''}:{basis.value}"
        about += f":{asked.customers.slug}" if asked.customers.chosen else ""
    if log.process is not None and log.bases:
        ask_for_reckoning(about, at=asked.at)
    return WaitsPage(choices, basis, bool(log.bases), read_reckoning(about))


def build_sheet(asked: Asked, member: Member, *, typed: Words | None = None, problem: str = "") -> SheetPage:
    """Suppliers, inputs, process, outputs, customers, as counted and as said; `typed` is what was refused."""
    with asked.open_log() as log:
        found, process = read_map(log), log.process.key if log.process else ""
        words = find_words(process)
        return SheetPage(
            offer_choices(asked, log),
            log.basis,
            read_sipoc(log, found),
            found.journeys,
            process,
            words,
            typed or words,
            problem,
            member.may("edit_workspace"),
        )
