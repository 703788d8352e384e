"""Competitors and channels in what customers say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from untilyes.analysis.voices.figures import Figures, read_figures
from untilyes.voices.models import Hearing, Name
from untilyes.voices.queries import find_hearing_under_way, find_last_hearing, list_names
from untilyes.workspaces.models import Member


@dataclass(frozen=True)
class NameRow:
    """One name listened for. `figures` is None while nobody mentions it, or before the next look."""

    name: Name
    figures: Figures | None
    query: str


@dataclass(frozen=True)
class NamesPage:
    """The names, those most mentioned first, and names that may be worth listing."""

    rows: tuple[NameRow, ...]
    candidates: Sequence[Mapping[str, Any]]
    sorts: Sequence[tuple[str, str]]
    last: Hearing | None
    running: Hearing | None
    may_list: bool


def build_names(member: Member) -> NamesPage:
    """The names this workspace listens for, as last heard."""
    last = find_last_hearing()
    told = last.told.get("names", {}) if last else {}
    rows = [NameRow(one, read_figures(told[one.name]) if one.name in told else None, _ask(one)) for one in list_names()]
    listed = {row.name.name.casefold() for row in rows}
    candidates = [
        one for one in (last.told.get("candidates", []) if last else []) if one["name"].casefold() not in listed
    ]
    return NamesPage(
        tuple(sorted(rows, key=lambda row: (-(row.figures.comments if row.figures else 0), row.name.name))),
        candidates,
        Name.Sort.choices,
        last,
        find_hearing_under_way(),
        member.may("act_on_findings"),
    )


def _ask(name: Name) -> str:
    """The search that finds it."""
    return " OR ".join('"' + one.replace('"', " ") + '"' for one in (name.name, *name.spellings))
