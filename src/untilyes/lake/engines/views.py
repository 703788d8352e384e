"""The views an engine has made of table versions, so that asking again makes none anew."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

import ibis.expr.types as ir
from deltalake import DeltaTable

from untilyes.lake.schema import Table

KEPT_VIEWS: Final = 64
Make = Callable[[str], ir.Table]
Drop = Callable[[ir.Table], None]


Key = tuple[str | int, ...]


def version_key(table: Table, delta: DeltaTable | None, zone: str | None) -> Key:
    """What tells a table version, seen from a zone, from every other."""
    return (delta.table_uri if delta else f"empty:{table.name}", delta.version() if delta else 0, zone or "")


class Views:
    """The latest views by what they show. Not to be shared by threads without a lock."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, ir.Table] = OrderedDict()

    def get(self, key: Key, stem: str, *, make: Make, drop: Drop) -> ir.Table:
        """The view of this key: kept, or made under the name it is given.

        Views long superseded are dropped; an expression older than 64 of them has to be asked again.
        """
        if key not in self._kept:
            self._kept[key] = make(f"{stem}_{abs(hash(key)):x}")
            while len(self._kept) > KEPT_VIEWS:
                drop(self._kept.popitem(last=False)[1])
        self._kept.move_to_end(key)
        return self._kept[key]
