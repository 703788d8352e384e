"""What the page of service quality shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from untilyes.analysis.service_quality import Features, Quality, list_item_sets, read_features, read_quality
from untilyes.charts.readings import Mark, draw_side_by_side
from untilyes.lake import Lake
from untilyes.stats.kano import Category, Kano
from untilyes.stats.servqual import Gap
from untilyes.surveys.queries import list_question_words
from untilyes.web.components.chart import Chart
from untilyes.web.components.empty_state import EmptyState
from untilyes.web.components.whisker import Whisker, span_of
from untilyes.web.segments.choosing import SegmentChoice
from untilyes.workspaces.tenancy import NotFound

HOLDS: Final = 0.7
MEANINGS: Final[Mapping[Category, str]] = {
    Category.MUST_BE: "taken for granted",
    Category.ONE_DIMENSIONAL: "the more, the better",
    Category.ATTRACTIVE: "delights",
    Category.INDIFFERENT: "leaves cold",
    Category.REVERSE: "unwanted",
    Category.QUESTIONABLE: "not understood",
}
NOTHING_YET: Final = EmptyState(
    "No questionnaire of service quality yet",
    "This page is about what customers expected and what they found. Ask about each item twice in one survey: "
    "shop.care.e01 (expected) and shop.care.p01 (found), on the same scale, care being the dimension; or for a "
    "feature shop.chat.functional and shop.chat.dysfunctional (how would you feel with it, and without). It takes 30 "
    "people who answered.",
    "untilyes import kiosk_servqual folder/ --dry-run",
)


@dataclass(frozen=True)
class GapRow:
    """One dimension or item. `alpha` is None for an item, and where it cannot be worked out."""

    told: str
    gap: Gap
    whisker: Whisker
    alpha: float | None = None
    difference: float | None = None

    @property
    def holds(self) -> bool:
        """Whether its items go together well enough to be one dimension."""
        return self.alpha is None or self.alpha >= HOLDS

    @property
    def told_real(self) -> str:
        """In words, for the item's column."""
        short = (self.gap.gap.value or 0.0) < 0
        return ("falls short" if short else "goes beyond") if self.gap.is_real else "as expected"


@dataclass(frozen=True)
class QualityPanel:
    """One questionnaire."""

    quality: Quality
    chart: Chart
    dimensions: tuple[GapRow, ...]
    items: tuple[GapRow, ...]

    @property
    def sentence(self) -> str:
        """The headline, without the warnings: those stand below."""
        return replace(self.quality.gaps, notes=()).sentence()

    @property
    def one_dimension(self) -> bool:
        return len(self.dimensions) == 1


@dataclass(frozen=True)
class FeatureRow:
    """One feature with what it gives when there and takes when missing."""

    told: str
    kano: Kano
    meaning: str
    better: Whisker
    worse: Whisker


@dataclass(frozen=True)
class ServiceQualityPage:
    """One set: its questionnaire, its features, or both."""

    names: tuple[str, ...]
    name: str
    panel: QualityPanel | None
    features: tuple[FeatureRow, ...]
    too_few_features: int
    waiting: bool

    @property
    def empty(self) -> EmptyState | None:
        return None if self.names else NOTHING_YET


def build_page(*, name: str, customers: SegmentChoice, at: datetime) -> ServiceQualityPage:
    """The set called `name`, the first by default. Raises NotFound for one that nobody was asked."""
    lake = customers.open_lake(at=at)
    found = _read(lake) if customers.chosen else _read_all(str(lake.path), lake.zone, lake.version("answers"))
    names = tuple(found)
    if not names:
        return ServiceQualityPage((), "", None, (), 0, waiting=False)
    if name and name not in names:
        raise NotFound("Nobody was asked this questionnaire.")
    chosen = name or names[0]
    quality, features = found[chosen]
    words = list_question_words()
    rows = tuple(_feature(one, chosen, words) for one in features.found) if features else ()
    panel = _lay_out(quality, words) if quality else None
    waiting = panel is None and not rows
    return ServiceQualityPage(names, chosen, panel, rows, features.too_few if features else 0, waiting)


Found = Mapping[str, tuple[Quality | None, Features | None]]


@lru_cache(maxsize=16)
def _read_all(path: str, zone: str, version: int) -> Found:  # noqa: ARG001 - it holds until the lake knows more
    return _read(Lake(path, zone=zone))


def _read(lake: Lake) -> Found:
    judged = {items.name: read_quality(lake, items) for items in list_item_sets(lake)}
    features = {one.name: one for one in read_features(lake)}
    return {name: (judged.get(name), features.get(name)) for name in sorted({*judged, *features})}


def _lay_out(quality: Quality, words: Mapping[str, str]) -> QualityPanel:
    gaps = quality.gaps
    scale = span_of(gap.gap for gap in (*gaps.items, *gaps.dimensions))
    dimensions = tuple(
        replace(
            _row(gap, _say(gap.name), scale),
            alpha=gaps.alphas.get(gap.name),
            difference=(gaps.difference_reliability or {}).get(gap.name),
        )
        for gap in gaps.dimensions
    )
    items = sorted(
        (_row(gap, _item_words(quality, gap.name, words), scale) for gap in gaps.items),
        key=lambda row: row.gap.gap.value or 0.0,
    )
    shown = dimensions if len(dimensions) > 1 else items
    marks = [Mark(row.told, row.gap.gap) for row in shown]
    title = "Found minus expected, on the scale asked" if quality.has_expectations else "Found, on the scale asked"
    note = f"{quality.respondents:,} people. Whiskers: 95 %. " + (
        "Left of 0 falls short." if quality.has_expectations else ""
    )
    chart = Chart("gaps", title, lambda width: draw_side_by_side(marks, width=width, total=None), note.strip())
    return QualityPanel(quality, chart, dimensions, tuple(items))


def _row(gap: Gap, told: str, scale: tuple[float, float]) -> GapRow:
    return GapRow(told, gap, Whisker(gap.gap, *scale))


def _item_words(quality: Quality, name: str, words: Mapping[str, str]) -> str:
    """As it was asked of what was found; otherwise by its key."""
    dimension, _, item = name.rpartition(".")
    keys = (f"{quality.items.name}.{dimension}.p{item}", f"{quality.items.name}.p{item}")
    asked = next((words[key] for key in keys if key in words), "")
    return asked or (f"Item {item}" if len(quality.items.dimensions) == 1 else f"{_say(dimension)} {item}")


def _feature(found: Kano, name: str, words: Mapping[str, str]) -> FeatureRow:
    told = words.get(f"{name}.{found.name}.functional") or _say(found.name)
    meaning = MEANINGS[found.category]
    if not found.is_settled:
        meaning = f"{meaning}, or {MEANINGS[found.runner_up]}"
    return FeatureRow(told, found, meaning, Whisker(found.better, 0.0, 1.0), Whisker(found.worse, -1.0, 0.0))


def _say(name: str) -> str:
    return name.replace("_", " ").capitalize()
