"""From the files a person gives to tables on the workbench: which is which, what is missing, what times mean."""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pyarrow as pa

from untilyes.lake.errors import QueryFailed
from untilyes.lake.workbench import Workbench, quoted
from untilyes.sources.contract import FileNeeded, Recipe
from untilyes.sources.errors import FilesMissing, ImportRefused, RecipeInvalid

ANYBODY_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
"""Root may write anywhere; a folder nobody else may write to is meant to stay as it is."""


@dataclass(frozen=True)
class FileRead:
    """One file that took part in an import. `broken` are the lines that do not fit its columns: number, why, text."""

    name: str
    path: Path
    size: int
    sha256: str
    rows: int
    broken: tuple[tuple[int, str, str], ...] = ()


def match_files(recipe: Recipe, paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Which of the given files (folders stand for what is in them) is which of the recipe's. Raises FilesMissing."""
    given = list(_spread(paths))
    if not given:
        raise FilesMissing("There is no file to import: give files, or folders that hold some.")
    found = {name: [path for path in given if _fits(path, needed)] for name, needed in recipe.files.items()}
    missing = [name for name, needed in recipe.files.items() if needed.required and not found[name]]
    if not any(found.values()):
        missing = list(found)
    if missing:
        wanted = "\n".join(f"  {name}: {recipe.files[name].pattern}" for name in missing)
        seen = ", ".join(sorted(path.name for path in given)[:12])
        raise FilesMissing(f"The recipe {recipe.name} needs files that were not given:\n{wanted}\nGiven were: {seen}.")
    return found


def list_unused(found: Mapping[str, Sequence[Path]], paths: Iterable[Path]) -> tuple[str, ...]:
    """The names of given files that no part of the recipe asked for."""
    used = {path for files in found.values() for path in files}
    return tuple(sorted(path.name for path in _spread(paths) if path not in used))


def lay_out(
    bench: Workbench, recipe: Recipe, found: Mapping[str, Sequence[Path]], *, zone: str, beside: Mapping[str, pa.Table]
) -> list[FileRead]:
    """Make a table of text columns of every file and a table of every view; return what was read.

    `beside` are further tables to lay out, under names of their own.
    A file's table keeps the order of the file: its `rowid` counts its rows from zero. Raises ImportRefused.
    """
    for name, files in found.items():
        for number, path in enumerate(files):
            bench.add_file(_raw(name, number), path, sheet=recipe.files[name].sheet)
    for name, table in beside.items():
        bench.add_arrow(name, table)
    make_words(bench, zone=zone, times=recipe.times, decimal=recipe.decimal)
    read = [file for name, files in found.items() for file in _make_table(bench, recipe, name, files)]
    for name, sql in recipe.views.items():
        try:
            bench.query(f"CREATE TABLE {quoted(name)} AS {sql}")
        except QueryFailed as problem:
            raise RecipeInvalid(
                f"The view {name} of the recipe {recipe.name} does not work: {engine_says(problem)}"
            ) from problem
    return read


def writable_folder(beside: Path) -> Path:
    """The folder of a file, or where we are when that folder is kept read-only."""
    folder = beside.absolute().parent
    is_writable = os.access(folder, os.W_OK) and folder.stat().st_mode & ANYBODY_WRITES
    return folder if is_writable else Path.cwd()


def engine_says(problem: QueryFailed) -> str:
    """What the engine objected to, without the SQL around it."""
    return str(problem).partition("\n\nLINE")[0].partition("\nwhile reading")[0].replace("\n", " ")


def _spread(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.is_file())
        elif path.is_file():
            yield path
        else:
            raise FilesMissing(f"There is no file or folder {path}.")


def _fits(path: Path, needed: FileNeeded) -> bool:
    return fnmatch(path.name.lower(), needed.pattern.lower())


def _raw(name: str, number: int) -> str:
    return f"{name} {number}"


def _make_table(bench: Workbench, recipe: Recipe, name: str, files: Sequence[Path]) -> list[FileRead]:
    needed = recipe.files[name]
    if not files:
        columns = ", ".join(f"NULL::VARCHAR AS {quoted(column)}" for column in needed.columns)
        bench.query(f"CREATE TABLE {quoted(name)} AS SELECT {columns} WHERE false")
        return []
    pieces = [_reading(bench, recipe, _raw(name, number)) for number in range(len(files))]
    bench.query(f"CREATE TABLE {quoted(name)} AS {' UNION ALL BY NAME '.join(pieces)}")
    if lacking := [column for column in needed.columns if column not in bench.columns(name)]:
        raise ImportRefused(
            f"{', '.join(path.name for path in files)}: there is no column {', '.join(lacking)}. "
            f"The columns are {', '.join(bench.columns(name))}."
        )
    counts = [bench.count(name)] if len(files) == 1 else [bench.count(_raw(name, n)) for n in range(len(files))]
    return [
        FileRead(name, path, path.stat().st_size, _digest(path), rows, _broken(bench, path))
        for path, rows in zip(files, counts, strict=True)
    ]


def _broken(bench: Workbench, path: Path) -> tuple[tuple[int, str, str], ...]:
    return tuple((row["line"], row["reason"], row["said"]) for row in bench.broken_lines(path).to_pylist())


def _reading(bench: Workbench, recipe: Recipe, raw: str) -> str:
    """SQL for the rows of one file, with what stands for missing turned into nothing."""
    signs = [sign for sign in recipe.missing if sign]  # empty cells are nothing already
    if not signs:
        return f"SELECT * FROM {quoted(raw)}"
    listed = ", ".join(as_text(sign) for sign in signs)
    cleaned = ", ".join(
        f"CASE WHEN {quoted(name)} NOT IN ({listed}) THEN {quoted(name)} END AS {quoted(name)}"
        for name in bench.columns(raw)
    )
    return f"SELECT {cleaned} FROM {quoted(raw)}"


def make_words(bench: Workbench, *, zone: str, times: Sequence[str] = (), decimal: str = ".") -> None:
    """Make the words recipes may use beside SQL's own: wall_clock, moment, end_of_day, number."""
    text = "CAST(written AS VARCHAR)"
    if times:
        clock = _between(f"try_strptime({text}, [{', '.join(as_text(pattern) for pattern in times)}])")
        instant = f"timezone({as_text(zone)}, wall_clock(written))"
    else:
        # The engine also reads `infinity`, `epoch`, years of six digits and years before Christ; calendars do not.
        bare = f"ltrim({text})"
        is_usual = (
            f"{bare} >= '0001-01-03' AND {bare} < '9999-12-30' AND substr({bare}, 5, 1) IN ('-', '/') "
            f"AND NOT contains({bare}, '(')"
        )
        clock = f"CASE WHEN {is_usual} THEN TRY_CAST({text} AS TIMESTAMP) END"
        # The engine reads -08:00 and not -0800.
        with_colon = f"regexp_replace({text}, ' ?([+-]\\d\\d)(\\d\\d)$', '\\1:\\2')"
        # Most files write no offsets: looking for a sign first spares them a regular expression for every row.
        rest = f"substr({text}, 12)"
        instant = (
            f"CASE WHEN {is_usual} AND (contains({rest}, '+') OR contains({rest}, '-') OR contains({rest}, 'Z')) "
            f"AND regexp_matches({text}, ':\\d\\d(\\.\\d+)? ?(Z|[+-]\\d\\d(:?\\d\\d)?)$') "
            f"THEN TRY_CAST({with_colon} AS TIMESTAMPTZ) ELSE timezone({as_text(zone)}, wall_clock(written)) END"
        )
    day_after = "date_trunc('day', wall_clock(written)) + INTERVAL 1 DAY"
    digits = text if decimal == "." else f"replace(replace({text}, '.', ''), ',', '.')"
    for word, meaning in {
        "wall_clock": clock,
        "moment": instant,
        "end_of_day": f"timezone({as_text(zone)}, {day_after}) - INTERVAL 1 MICROSECOND",
        "number": f"CASE WHEN isfinite(TRY_CAST({digits} AS DOUBLE)) THEN TRY_CAST({digits} AS DOUBLE) END",
    }.items():
        bench.query(f"CREATE MACRO {word}(written) AS {meaning}")


def _between(time: str) -> str:
    """The time, where it is one that calendars know: years 1 to 9999."""
    return f"CASE WHEN {time} >= TIMESTAMP '0001-01-03' AND {time} < TIMESTAMP '9999-12-30' THEN {time} END"


def as_text(said: str) -> str:
    """A SQL text literal."""
    return "'" + said.replace("'", "''") + "'"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
