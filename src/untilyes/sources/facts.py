"""One mapping's rows, judged: what is accepted goes on in pieces, what is not is kept with its reason."""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from untilyes.lake.errors import QueryFailed
from untilyes.lake.workbench import Workbench, quoted
from untilyes.sources.contract import FactMapping, Recipe
from untilyes.sources.errors import ImportRefused
from untilyes.sources.layout import FileRead, as_text, engine_says
from untilyes.sources.verdicts import Tally

PIECE = 1_000_000
"""Rows handed to the lake at once: large enough for one commit of a month's file, small enough for any machine."""

VERDICTS = ("_row", "_told", "_rejected")


class JudgedFacts:
    """The judged rows of one mapping, as a table on the workbench."""

    def __init__(
        self, bench: Workbench, recipe: Recipe, mapping: FactMapping, sql: str, files: Sequence[FileRead]
    ) -> None:
        self.mapping = mapping
        self._bench, self._recipe = bench, recipe
        self._table = quoted(f"facts {mapping.name}")
        self._files = [file for file in files if file.name == mapping.file]
        try:
            bench.query(f"CREATE TABLE {self._table} AS {sql}")
        except QueryFailed as problem:
            raise ImportRefused(f"{recipe.name}, facts.{mapping.name}: {engine_says(problem)}") from problem

    def tally(self) -> Tally:
        """What became of the rows, before the lake has been asked what it knew."""
        (counts,) = self._bench.query(
            f"SELECT count(*) AS read, count(_rejected) AS rejected, count(_told) AS told FROM {self._table}"
        ).to_pylist()
        return Tally(
            self.mapping.name,
            self.mapping.table,
            read=counts["read"],
            accepted=counts["read"] - counts["rejected"],
            rejected=counts["rejected"],
            told=self._count("unnest(_told)", "_rejected IS NULL AND _told IS NOT NULL") if counts["told"] else {},
            reasons=self._count("_rejected", "_rejected IS NOT NULL") if counts["rejected"] else {},
        )

    def preview(self, rows: int = 5) -> pa.Table:
        """The first accepted rows, as the lake would get them."""
        return self._bench.query(f"{self._accepted()} ORDER BY _row LIMIT {rows}").drop_columns("_row")

    def pieces(self) -> Iterator[pa.Table]:
        """The accepted rows in the order of the file; of rows with the same id the last one counts."""
        last = self._bench.query(f"SELECT max(_row) AS last FROM {self._table}").column("last")[0].as_py()
        # The lake keeps the last of an id within one piece; over several pieces it has to be done here.
        once = "" if last is None or last < PIECE else " QUALIFY _row = max(_row) OVER (PARTITION BY id)"
        for start in range(0, (last or 0) + 1, PIECE):
            piece = f"SELECT * FROM ({self._accepted()}{once}) WHERE _row BETWEEN {start} AND {start + PIECE - 1}"
            yield self._bench.query(piece).drop_columns("_row")

    def rejected(self) -> pa.Table:
        """The rows left out: fact, file, line and reason before their own columns. Rows of a view have no line."""
        return self._bench.query(
            f"SELECT {as_text(self.mapping.name)} AS fact, {self._place('judged._row')}, _rejected AS reason, said.* "
            f"FROM {self._table} AS judged JOIN {quoted(self.mapping.file)} AS said ON said.rowid = judged._row "
            "WHERE _rejected IS NOT NULL ORDER BY judged._row"
        )

    def _accepted(self) -> str:
        return f"SELECT * EXCLUDE (_told, _rejected) FROM {self._table} WHERE _rejected IS NULL"

    def _count(self, verdict: str, where: str) -> dict[str, int]:
        counted = self._bench.query(
            f"SELECT said, count(*) AS n FROM (SELECT {verdict} AS said FROM {self._table} WHERE {where}) "
            "GROUP BY said ORDER BY n DESC, said LIMIT 20"
        )
        return {row["said"]: row["n"] for row in counted.to_pylist()}

    def _place(self, row: str) -> str:
        """SQL for the file and the line a row stands in: the first row is line 2, below the heading."""
        names, lines, start = "", "", 0
        for file in self._files:
            until = start + file.rows
            names += f" WHEN {row} < {until} THEN {as_text(file.path.name)}"
            lines += f" WHEN {row} < {until} THEN {_line(f'{row} - {start} + 2', file)}"
            start = until
        if not self._files:
            return "NULL::VARCHAR AS file, NULL::BIGINT AS line"
        return f"CASE{names} END AS file, CASE{lines} END AS line"


def _line(counted: str, file: FileRead) -> str:
    """SQL for a line's number, counting the broken lines above it, which are no rows."""
    above = [line - earlier for earlier, (line, _, _) in enumerate(file.broken)]
    return f"{counted} + len(list_filter({above}, lambda above: above <= {counted}))" if above else counted
