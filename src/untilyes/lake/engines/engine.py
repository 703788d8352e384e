"""What the lake asks of whatever counts for it."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

import ibis.expr.types as ir
from deltalake import DeltaTable

from untilyes.lake.schema import Table


class Engine(Protocol):
    """Gives table versions as Ibis tables; expressions over them run where the tables are."""

    @property
    def failures(self) -> tuple[type[Exception], ...]:
        """What may be raised when a question is asked, and is then handed to `is_stale` and `reword`."""
        ...

    def as_view(self, table: Table, delta: DeltaTable | None, *, zone: str | None = None) -> ir.Table:
        """The table version with the schema's columns and types; empty when `delta` is None.

        With `zone` it has one column more: `day`, the local day of `at`.
        """
        ...

    def held(self, expression: ir.Table) -> AbstractContextManager[ir.Table]:
        """What an expression comes to, as a table of the engine; dropped afterwards."""
        ...

    def stop(self) -> None:
        """Give back what it holds; the next question starts it anew."""
        ...

    def is_stale(self, problem: Exception) -> bool:
        """Whether the question failed because files of its version are gone, so that asking anew may help."""
        ...

    def reword(self, problem: Exception) -> Exception:
        """The failure as a sentence that says what to do, or itself where the engine's own words are best."""
        ...


@runtime_checkable
class Filing(Protocol):
    """What an engine can do that keeps its answers in files."""

    def as_filed(self, file: Path) -> ir.Table:
        """A Parquet file as a table of the engine."""
        ...

    def file(self, expression: ir.Table, file: Path) -> None:
        """Write what an expression comes to as a Parquet file."""
        ...
