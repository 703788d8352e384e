"""How the tone of comments is known, language by language, and how well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from untilyes.analysis.voices.sentiment import FEWEST, Quality
from untilyes.stats.results import Estimate
from untilyes.voices.models import Hearing
from untilyes.voices.queries import find_last_hearing


@dataclass(frozen=True)
class ToneRow:
    """One language: how its tone is known, what its comments sound like, and how well that was told."""

    language: str
    by: str
    comments: int
    answered: int
    counts: Mapping[str, int]
    quality: Quality | None

    @property
    def told(self) -> str:
        """Where the tone comes from, in words."""
        if self.by == "answers":
            taught = self.quality.n if self.quality else self.answered
            newest = f"the newest {taught:,} of " if taught < self.answered else ""
            return f"learned from {newest}{self.answered:,} comments that came with an answer"
        if self.by == "list":
            return "by a word list (VADER): there is nothing to learn from yet"
        return "not known: there is nothing to learn from yet, and no word list for this language"


@dataclass(frozen=True)
class TonePage:
    """All languages, the most spoken first."""

    last: Hearing | None
    rows: tuple[ToneRow, ...]
    fewest: int = FEWEST

    @property
    def sentence(self) -> str:
        """How well the most spoken learned language is told."""
        learned = [row for row in self.rows if row.by == "answers" and row.quality]
        if not learned:
            return ""
        first = learned[0]
        assert first.quality is not None  # noqa: S101 - chosen above
        accuracy, commonest = first.quality.accuracy.sentence(), f"{first.quality.commonest:.0%}".replace("%", " %")
        return (
            f"From words alone we are right in {accuracy} of comments in {first.language or 'an unknown language'}; "
            f"always naming the commonest answer would be right in {commonest}."
        )


def build_tone() -> TonePage:
    """How well words alone tell what a customer answered, as last measured."""
    last = find_last_hearing()
    return TonePage(last, tuple(_read(tone) for tone in (last.told.get("tones", []) if last else [])))


def _read(plain: Mapping[str, Any]) -> ToneRow:
    return ToneRow(**{**plain, "quality": _read_quality(plain["quality"]) if plain["quality"] else None})


def _read_quality(plain: Mapping[str, Any]) -> Quality:
    sides = {name: Estimate(**plain[name]) for name in ("accuracy", "macro_f1")}
    bins = tuple((chance, Estimate(**right)) for chance, right in plain["bins"])
    return Quality(**{**plain, **sides, "bins": bins})
