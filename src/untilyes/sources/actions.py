"""Importing files: read, judge every row, and only then write; doing it again changes nothing."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.db import transaction

from untilyes.analysis.measures import MEASURES
from untilyes.customers.crowds import list_known, welcome_crowd
from untilyes.customers.rules import IdentityKind
from untilyes.feedback.models import Erasure
from untilyes.feedback.queries import open_lake
from untilyes.lake import Recorded
from untilyes.lake.workbench import Workbench
from untilyes.plumbing.clock import now
from untilyes.sources import people
from untilyes.sources.contract import Recipe
from untilyes.sources.facts import JudgedFacts
from untilyes.sources.former import list_former
from untilyes.sources.layout import FileRead, lay_out, list_unused, match_files, writable_folder
from untilyes.sources.models import ImportRun
from untilyes.sources.translating import facts_sql
from untilyes.sources.verdicts import ImportSummary, Tally, broken_lines, count_unhappy, list_files, write_rejects
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

Progress = Callable[[str, float], None]
"""Told what is being done and how much of the whole is done, 0..1."""


def import_files(
    recipe: Recipe,
    paths: Iterable[Path],
    *,
    at: datetime,
    by: Member | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress = lambda _doing, _share: None,
) -> ImportSummary:
    """Import files into the current workspace by a recipe; with `dry_run` only say what would happen.

    Rows left out go to `rejects`, by default `<recipe>.rejects.csv` beside the first file. Customers become rows of the
    customers room, facts go to the lake. Imported history is told to nobody: it opens no cases and asks no questions.
    Raises ImportRefused and FileUnreadable before anything is written, LakeBusy when the lake was (do it again then).
    """
    began = time.monotonic()
    given = list(paths)
    found = match_files(recipe, given)
    unused = list_unused(found, given)
    with Workbench() as bench:
        progress("Reading the files", 0.0)
        reading = _Reading.of(bench, recipe, found, progress)
        if dry_run:
            return replace(reading.summary(seconds=time.monotonic() - began), unused=unused)
        run = ImportRun.objects.create(recipe=recipe.name, files=list_files(reading.files), started_at=at, by=by)
        try:
            summary = reading.write(_rejects_path(recipe, found, rejects), at=at, progress=progress)
        except Exception as problem:
            run.state, run.problem, run.ended_at = ImportRun.State.FAILED, str(problem), now()
            run.save()
            raise
    summary = replace(summary, seconds=time.monotonic() - began, unused=unused)
    _close_run(run, summary, at=at, by=by)
    return summary


class _Reading:
    """Everything read and judged, nothing written yet."""

    def __init__(self, bench: Workbench, recipe: Recipe, files: list[FileRead], facts: list[JudgedFacts]) -> None:
        self.bench, self.recipe, self.files, self.facts = bench, recipe, files, facts
        self.tallies = [one.tally() for one in facts]

    @classmethod
    def of(cls, bench: Workbench, recipe: Recipe, found: dict[str, list[Path]], progress: Progress) -> "_Reading":
        """Lay out the files, work out who is who, judge every row."""
        workspace = current_workspace()
        beside = people.known_tables(
            by_id=list_known(IdentityKind.EXTERNAL, source=recipe.identity_source),
            by_email=list_known(IdentityKind.EMAIL) if recipe.customers and recipe.customers.email else {},
            forgotten=list(Erasure.objects.values_list("customer_id", flat=True)),
        ) | list_former(open_lake(), recipe)
        files = lay_out(bench, recipe, found, zone=recipe.timezone or workspace.timezone, beside=beside)
        if recipe.customers:
            people.gather_people(bench, recipe, recipe.customers, workspace_key=workspace.key)
        questions = [(mapping, facts_sql(bench, recipe, mapping)) for mapping in recipe.facts]
        facts = []
        for number, (mapping, sql) in enumerate(questions):
            progress(f"Judging {mapping.name}", 0.2 + 0.3 * number / len(questions))
            facts.append(JudgedFacts(bench, recipe, mapping, sql, files))
        return cls(bench, recipe, files, facts)

    def write(self, rejects: Path, *, at: datetime, progress: Progress) -> ImportSummary:
        """Welcome the customers, then carry every mapping's facts to the lake; both are harmless to repeat."""
        progress("Welcoming customers", 0.5)
        new = self._welcome_customers()
        lake = open_lake()
        tallies, unhappy = [], 0
        for number, (judged, tally) in enumerate(zip(self.facts, self.tallies, strict=True)):
            recorded = []
            for piece in judged.pieces():
                progress(f"Recording {judged.mapping.name}", 0.55 + 0.35 * number / len(self.facts))
                recorded.append(lake.record(judged.mapping.table, piece, at=at))
                unhappy += count_unhappy(piece) if judged.mapping.table == "answers" else 0
            tallies.append(_with_lake(tally, recorded))
        if self.recipe.customers:
            lake.record("customers", people.customer_facts(self.bench, self.recipe.customers), at=at)
        progress("Bringing the measures up to date", 0.9)
        lake.refresh_rollups(MEASURES.values())
        left_out = [judged.rejected() for judged, tally in zip(self.facts, tallies, strict=True) if tally.rejected]
        if broken := broken_lines(self.files):
            left_out.append(broken)
        written = write_rejects(rejects, left_out) if left_out else None
        return self.summary(tallies=tallies, new=new, unhappy=unhappy, rejects_path=written, dry_run=False)

    def summary(
        self,
        *,
        tallies: Sequence[Tally] = (),
        new: int | None = None,
        unhappy: int | None = None,
        rejects_path: Path | None = None,
        dry_run: bool = True,
        seconds: float = 0.0,
    ) -> ImportSummary:
        """What was read; as a dry run, with the first rows of every mapping."""
        count = people.count_people(self.bench) if self.recipe.customers else {"read": 0, "new": 0}
        answers = (judged for judged in self.facts if judged.mapping.table == "answers")
        return ImportSummary(
            recipe=self.recipe.name,
            dry_run=dry_run,
            files=tuple(self.files),
            tallies=tuple(tallies or self.tallies),
            customers_read=count["read"],
            customers_new=count["new"] if new is None else new,
            unhappy=sum(count_unhappy(piece) for one in answers for piece in one.pieces())
            if unhappy is None
            else unhappy,
            rejects_path=rejects_path,
            promises=tuple(self.recipe.promises),
            previews={one.mapping.name: one.preview() for one in self.facts} if dry_run else {},
            seconds=seconds,
        )

    def _welcome_customers(self) -> int:
        mapping = self.recipe.customers
        if mapping is None:
            return 0
        arrived: pa.Table = people.arrivals(self.bench)
        return welcome_crowd(
            arrived.to_pylist(), system=self.recipe.identity_source, traits=people.trait_kinds(mapping)
        )


def _with_lake(tally: Tally, recorded: Sequence[Recorded]) -> Tally:
    repeated = tally.accepted - sum(one.appended + one.unchanged + one.corrected for one in recorded)
    return replace(
        tally,
        accepted=tally.accepted - repeated,
        repeated=repeated,
        appended=sum(one.appended for one in recorded),
        unchanged=sum(one.unchanged for one in recorded),
        corrected=sum(one.corrected for one in recorded),
    )


def _rejects_path(recipe: Recipe, found: dict[str, list[Path]], wanted: Path | None) -> Path:
    """Where left-out rows go: as told, else beside the first file, else (a folder kept read-only) where we are."""
    first = next(path for paths in found.values() for path in paths)
    return wanted or writable_folder(first) / f"{recipe.name}.rejects.csv"


@transaction.atomic
def _close_run(run: ImportRun, summary: ImportSummary, *, at: datetime, by: Member | None) -> None:
    run.state, run.counts, run.ended_at = ImportRun.State.DONE, summary.to_dict()["facts"], now()
    run.save()
    record_audit(
        "import_files",
        about=f"import:{run.pk}",
        at=at,
        by=by,
        recipe=summary.recipe,
        files=[file.path.name for file in summary.files],
        appended=sum(tally.appended for tally in summary.tallies),
        corrected=sum(tally.corrected for tally in summary.tallies),
        rejected=summary.rejected,
    )
