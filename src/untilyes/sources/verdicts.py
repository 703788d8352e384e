"""What became of the rows: the tallies of an import, and the rejects file beside it. No Django."""

import codecs
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from untilyes.sources.layout import FileRead


@dataclass(frozen=True)
class Tally:
    """What became of one mapping's rows. read = accepted + rejected + repeated; `told` are corrections and notes."""

    name: str
    table: str
    read: int = 0
    accepted: int = 0
    rejected: int = 0
    repeated: int = 0
    told: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    appended: int = 0
    unchanged: int = 0
    corrected: int = 0
    skipped: str = ""


@dataclass(frozen=True)
class ImportSummary:
    """An import from end to end. Counts are rows; `unhappy` are answers that would open a case if given today.

    `unused` are the names of files that were given and that the recipe has no use for.
    """

    recipe: str
    dry_run: bool
    files: tuple[FileRead, ...]
    tallies: tuple[Tally, ...]
    customers_read: int
    customers_new: int
    unhappy: int
    rejects_path: Path | None
    seconds: float
    promises: tuple[str, ...] = ()
    previews: dict[str, pa.Table] = field(default_factory=dict)
    unused: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """Rows left out, over all mappings, and lines that are no rows."""
        return sum(tally.rejected for tally in self.tallies) + sum(len(file.broken) for file in self.files)

    @property
    def changed_nothing(self) -> bool:
        """Whether everything was known already."""
        return not any(tally.appended or tally.corrected for tally in self.tallies)

    def to_dict(self) -> dict[str, Any]:
        """As JSON for programs."""
        return {
            "recipe": self.recipe,
            "dry_run": self.dry_run,
            "files": list_files(self.files),
            "unused": list(self.unused),
            "facts": [asdict(tally) for tally in self.tallies],
            "customers": {"read": self.customers_read, "new": self.customers_new},
            "promises": list(self.promises),
            "unhappy_answers": self.unhappy,
            "rejects": str(self.rejects_path) if self.rejects_path else None,
            "seconds": round(self.seconds, 3),
            "preview": {name: rows.to_pylist() for name, rows in self.previews.items()},
        }


def list_files(files: Sequence[FileRead]) -> list[dict[str, Any]]:
    """The files as the ledger keeps them."""
    return [
        {
            "file": file.path.name,
            "bytes": file.size,
            "sha256": file.sha256,
            "rows": file.rows,
            "broken_lines": len(file.broken),
        }
        for file in files
    ]


def broken_lines(files: Sequence[FileRead]) -> pa.Table:
    """Lines that do not fit their file's columns, as they go to the rejects file: whole, under `row`."""
    told = [(file.path.name, *broken) for file in files for broken in file.broken]
    return pa.table(
        {
            "fact": pa.array(["(not a row)" for _ in told], pa.string()),
            "file": pa.array([name for name, _, _, _ in told], pa.string()),
            "line": pa.array([line for _, line, _, _ in told], pa.int64()),
            "reason": pa.array([f"the line does not fit the columns: {why}" for _, _, why, _ in told], pa.string()),
            "row": pa.array([said for _, _, _, said in told], pa.string()),
        }
    )


def count_unhappy(answers: pa.Table) -> int:
    """How many answers are a no, a half-hearted trust, or a detractor's; the house would open a case for them.

    No on a yes/no question; “sometimes” or “no” on trust; 0-6 of 10 on NPS; the lowest quarter of any other scale.
    """
    if not answers.num_rows or "value" not in answers.column_names:
        return 0
    question, value = answers.column("question"), answers.column("value")
    low, high = _scale(answers, "scale_min", 0.0), _scale(answers, "scale_max", 1.0)
    share = pc.divide(pc.subtract(value, low), pc.subtract(high, low))
    if "higher_is_better" in answers.column_names:
        upward = pc.fill_null(answers.column("higher_is_better"), True)
        share = pc.if_else(upward, share, pc.subtract(1.0, share))
    limit = pc.case_when(
        pc.make_struct(pc.equal(question, "nps"), pc.equal(question, "trust")), pa.scalar(0.6), pa.scalar(0.5), 0.25
    )
    return int(pc.sum(pc.fill_null(pc.less_equal(share, limit), False)).as_py() or 0)


def _scale(answers: pa.Table, end: str, otherwise: float) -> Any:
    return answers.column(end) if end in answers.column_names else pa.scalar(otherwise)


def write_rejects(path: Path, pieces: Sequence[pa.Table]) -> Path:
    """Write left-out rows with fact, file, line and reason before their own columns, readable by any spreadsheet."""
    with path.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        pyarrow.csv.write_csv(pa.concat_tables(pieces, promote_options="default"), file)
    return path
