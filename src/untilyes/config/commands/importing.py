"""`untilyes import`: files in, and what became of every row."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from untilyes.config.speaking import CannotGoOn, console, progress, say_json
from untilyes.config.starting import choose_workspace, start_django

if TYPE_CHECKING:
    from untilyes.sources.contract import Recipe
    from untilyes.sources.guessing import Guess
    from untilyes.sources.verdicts import ImportSummary, Tally

MOST_UNUSED = 8


def import_paths(
    recipe_name: str,
    paths: Sequence[Path],
    *,
    workspace: str = "",
    dry_run: bool = False,
    rejects: Path | None = None,
    agreed: bool = False,
    as_json: bool = False,
) -> None:
    """Import by a recipe, or by a guess that a person agrees to. Raises ImportRefused, LakeError, CannotGoOn."""
    start_django()
    house = choose_workspace(workspace)
    from untilyes.plumbing.clock import now  # noqa: PLC0415 - Django must be up
    from untilyes.sources.actions import import_files  # noqa: PLC0415
    from untilyes.workspaces.tenancy import inside  # noqa: PLC0415

    recipe = _choose(recipe_name, paths, quiet=as_json, agreed=agreed or dry_run)
    with inside(house), progress(quiet=as_json) as bars:
        bar = bars.add_task("Reading the files", total=1.0)
        summary = import_files(
            recipe,
            paths,
            at=now(),
            dry_run=dry_run,
            rejects=rejects,
            progress=lambda doing, share: bars.update(bar, description=doing, completed=share),
        )
        bars.update(bar, description="Done", completed=1.0)
    if as_json:
        say_json(summary.to_dict())
    else:
        _tell(summary, console())


def _choose(name: str, paths: Sequence[Path], *, quiet: bool, agreed: bool) -> "Recipe":
    """The recipe of that name, or a guess shown and agreed to."""
    from untilyes.sources.guessing import GENERIC, guess_recipe, write_guess  # noqa: PLC0415 - loads the engine
    from untilyes.sources.library import get_recipe  # noqa: PLC0415

    if name != GENERIC:
        return get_recipe(name)
    guess = guess_recipe(list(paths))
    written = write_guess(guess)
    if not quiet:
        _show_guess(guess, console())
        console().print(f"Written to {written}: change what is wrong there, and import with it.", markup=False)
    if not agreed:
        _agree()
    return guess.recipe


def _agree() -> None:
    if not sys.stdin.isatty():
        raise CannotGoOn("Nobody is here to look at the guess. Look with --dry-run first, then import with --yes.")
    if not typer.confirm("Import it like this?"):
        raise CannotGoOn("Nothing was imported.")


def _show_guess(guess: "Guess", show: Console) -> None:
    table = Table("column", "taken for", "because", title=f"What {guess.path.name} seems to hold", title_justify="left")
    for column in guess.columns:
        table.add_row(column.column, column.role or "–", column.why)
    show.print(table)
    for doubt in guess.doubts:
        show.print(f"Look at this: {doubt}", style="yellow", markup=False)


def _tell(summary: "ImportSummary", show: Console) -> None:
    if summary.dry_run:
        _preview(summary, show)
    table = Table("fact", "read", "accepted", "rejected", "repeated", title_justify="left", title=_title(summary))
    if not summary.dry_run:
        for heading in ("new", "corrected", "known"):
            table.add_column(heading)
    for tally in summary.tallies:
        table.add_row(*_row(tally, dry_run=summary.dry_run))
    show.print(table)
    if summary.unused:
        names = ", ".join(summary.unused[:MOST_UNUSED]) + (" …" if len(summary.unused) > MOST_UNUSED else "")
        show.print(f"  Not read, for the recipe has no use for them: {names}", style="yellow", markup=False)
    for tally in summary.tallies:
        _tell_verdicts(tally, show)
    _close(summary, show)


def _title(summary: "ImportSummary") -> str:
    files = ", ".join(f"{file.path.name} ({file.rows:,} rows)" for file in summary.files)
    return f"{'Dry run of' if summary.dry_run else 'Imported by'} {summary.recipe}: {files}"


def _row(tally: "Tally", *, dry_run: bool) -> list[str]:
    counts = [tally.read, tally.accepted, tally.rejected, tally.repeated]
    if not dry_run:
        counts += [tally.appended, tally.corrected, tally.unchanged]
    return [tally.name, *(f"{count:,}" for count in counts)]


def _tell_verdicts(tally: "Tally", show: Console) -> None:
    """Why rows were left out, what was put right, and why a whole fact was passed over."""
    for style, counted in (("red", tally.reasons), ("yellow", tally.told)):
        for words, count in sorted(counted.items(), key=lambda item: -item[1]):
            show.print(f"  {tally.name}: {count:,} × {words}", style=style, markup=False)
    if tally.skipped:
        show.print(f"  {tally.name}: {tally.skipped}", style="yellow", markup=False)


def _preview(summary: "ImportSummary", show: Console) -> None:
    """The first rows of every fact, column by column."""
    for name, rows in summary.previews.items():
        shown = rows.slice(0, 3).to_pylist()
        if not shown:
            continue
        table = Table("", *(f"row {number}" for number in range(1, len(shown) + 1)), title=name, title_justify="left")
        for column in shown[0]:
            values = [row[column] for row in shown]
            if any(value is not None for value in values):
                table.add_row(column, *("–" if value is None else str(value)[:48] for value in values))
        show.print(table)


def _close(summary: "ImportSummary", show: Console) -> None:
    show.print(f"Customers: {summary.customers_read:,} in the files, {summary.customers_new:,} of them new.")
    if summary.unhappy:
        would = "would open a case if given today; history opens none"
        show.print(f"Unhappy answers: {summary.unhappy:,} ({would}).")
    if summary.dry_run:
        show.print("Nothing was changed. Leave --dry-run out to import.", style="bold")
        return
    if summary.rejects_path:
        show.print(f"Rows left out, each with its reason: {summary.rejects_path}", markup=False, style="red")
    nothing = " Everything was known already; nothing changed." if summary.changed_nothing else ""
    show.print(f"Done in {summary.seconds:.1f} s.{nothing}")
