"""A lake narrowed to some customers: whatever is asked of it is answered about them alone.

Facts that name nobody are left out. An event of a journey stays when any event of that journey is a member's: systems
often name the customer in one of its steps only.
"""

from collections.abc import Callable

import ibis.expr.types as ir

from untilyes.lake.engines.engine import Engine
from untilyes.lake.errors import LakeError
from untilyes.lake.keeping import Keeping
from untilyes.lake.rollups import Bars, Histogrammed
from untilyes.lake.store import Lake, Parts

Members = Callable[[Lake], ir.Table]
"""Asks a lake for a table with the column `customer_id`."""


class NarrowedLake(Lake):
    """The facts of the members, for reading. It says nothing of roll-ups, which know nobody; see `Measure`'s among."""

    def __init__(self, whole: Lake, members: Members) -> None:
        super().__init__(whole.path, zone=whole.zone)
        self._whole = whole
        self._members = members

    @property
    def engine(self) -> Engine:
        """That of the whole lake."""
        return self._whole.engine

    @property
    def is_narrowed(self) -> bool:
        """Yes."""
        return True

    def read(self, table: str) -> ir.Table:
        """The current truth of a table about the members."""
        return self._narrow(self._whole.read(table))

    def read_with_day(self, table: str) -> ir.Table:
        """The same with the day of each fact."""
        return self._narrow(self._whole.read_with_day(table))

    def read_bars(self, measure: Histogrammed, *, from_facts: bool = False) -> Bars:  # noqa: ARG002
        """Raises LakeError: bars were added up over everybody."""
        raise LakeError(f"Bars of {measure.name} know no members; ask the measure among them.")

    def keep(self, keeping: Keeping, parts: Parts) -> bool:  # noqa: ARG002
        """Raises LakeError: what is kept is about everybody."""
        raise LakeError(f"What is kept as {keeping.name} is about everybody; keep it of the whole lake.")

    def _narrow(self, facts: ir.Table) -> ir.Table:
        if "customer_id" not in facts.columns:
            return facts
        members = self._members(self._whole).select("customer_id").distinct()
        theirs = facts.semi_join(members, "customer_id")
        if "process_id" not in facts.columns:
            return theirs
        journeys = theirs.filter(theirs["process_id"].notnull()).select("process_id").distinct()
        alone = theirs.filter(theirs["process_id"].isnull())
        return facts.semi_join(journeys, "process_id").union(alone)
