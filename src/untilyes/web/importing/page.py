"""What the pages of bringing in files show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from untilyes.sources.contract import Recipe
from untilyes.sources.guessing import GENERIC
from untilyes.sources.library import list_recipes
from untilyes.sources.models import Upload
from untilyes.sources.queries import list_uploads

TABLES: Final = {
    "answers": "answers", "comments": "comments", "interactions": "interactions", "events": "steps and events",
    "outcomes": "promises", "employees": "periods of employees",
}  # fmt: skip
GUESSED: Final = "Something else: let it be guessed from its columns"


@dataclass(frozen=True)
class Kind:
    """One sort of file; `needs` are the files it asks for and `options` those it can do without."""

    name: str
    title: str
    needs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewPage:
    """What can be brought in, and what lately was."""

    kinds: tuple[Kind, ...]
    chosen: str
    uploads: Sequence[Upload]


@dataclass(frozen=True)
class FactRow:
    """What would become, or became, of the rows of one sort of fact, and what was remarkable about them."""

    name: str
    table: str
    read: int
    accepted: int
    rejected: int
    appended: int
    corrected: int
    known: int
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """The first rows of one sort of fact, a line per column."""

    name: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class UploadPage:
    """One upload: what it holds, and what may be done."""

    upload: Upload
    files: tuple[tuple[str, int], ...]
    unused: tuple[str, ...]
    facts: tuple[FactRow, ...]
    columns: tuple[Mapping[str, str], ...]
    doubts: tuple[str, ...]
    previews: tuple[Preview, ...]
    customers: Mapping[str, int]
    unhappy: int
    has_left_out: bool

    @property
    def is_ready(self) -> bool:
        """Looked at, and there is something to take in."""
        return self.upload.stage == Upload.Stage.LOOKED and any(fact.accepted for fact in self.facts)

    @property
    def is_done(self) -> bool:
        return self.upload.stage == Upload.Stage.DONE

    @property
    def changed_nothing(self) -> bool:
        """Everything was known already."""
        return self.is_done and not any(fact.appended or fact.corrected for fact in self.facts)


def build_new(*, chosen: str) -> NewPage:
    """The guess first, for most files are of nobody's known shape."""
    kinds = (Kind(GENERIC, GUESSED), *(_kind(recipe) for recipe in list_recipes()))
    return NewPage(kinds, chosen or GENERIC, list_uploads())


def build_upload(upload: Upload) -> UploadPage:
    """Everything about one upload."""
    told: dict[str, Any] = upload.told
    return UploadPage(
        upload=upload,
        files=tuple((file["file"], file["rows"]) for file in told.get("files", ())),
        unused=tuple(told.get("unused", ())),
        facts=tuple(_fact(one) for one in told.get("facts", ())),
        columns=tuple(told.get("columns", ())),
        doubts=tuple(told.get("doubts", ())),
        previews=tuple(_preview(name, rows) for name, rows in told.get("preview", {}).items() if rows),
        customers=told.get("customers", {}),
        unhappy=told.get("unhappy_answers", 0),
        has_left_out=bool(told.get("rejects")),
    )


def _kind(recipe: Recipe) -> Kind:
    sides: dict[bool, list[str]] = {True: [], False: []}
    for file in recipe.files.values():
        sides[file.required].append(f"{file.pattern}: {file.about}" if file.about else file.pattern)
    return Kind(recipe.name, recipe.title, tuple(sides[True]), tuple(sides[False]))


def _fact(one: Mapping[str, Any]) -> FactRow:
    left_out = (f"{n:,} left out: {why}" for why, n in one["reasons"].items())
    told = (f"{n:,}: {why}" for why, n in one["told"].items())
    skipped = (one["skipped"],) if one["skipped"] else ()
    return FactRow(
        name=str(one["name"]).replace("_", " "),
        table=TABLES.get(one["table"], one["table"]),
        read=one["read"],
        accepted=one["accepted"],
        rejected=one["rejected"],
        appended=one["appended"],
        corrected=one["corrected"],
        known=one["unchanged"],
        remarks=(*left_out, *told, *skipped),
    )


def _preview(name: str, rows: Sequence[Mapping[str, str]]) -> Preview:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = tuple((column, tuple(row.get(column, "–")[:80] for row in rows)) for column in columns)
    return Preview(name.replace("_", " "), lines)
