"""Instants as whole numbers the engine can reckon with.

Engines convert an aware instant through their calendar before they take it apart, at sixty times the price (measured:
6 million instants, 9 s against 0.14 s). They keep it as microseconds since 1970, and give those for nothing.
"""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir


@ibis.udf.scalar.builtin(name="epoch_us")  # type: ignore[untyped-decorator]
def unix_micros(at: dt.Timestamp("UTC")) -> dt.int64:  # type: ignore[valid-type]
    """Microseconds since 1970 UTC, exact."""


def turn_of(facts: ir.Table) -> ir.StructValue:
    """What facts are put in order by, so that a first and a last are determined: their instant, and of one their id."""
    return ibis.struct({"at": facts["at"], "id": facts["id"]})


def unix_seconds(at: ir.TimestampValue) -> ir.FloatingValue:
    """Seconds since 1970 UTC with their fraction."""
    return unix_micros(at) / 1_000_000


def seconds_between(first: ir.TimestampValue, last: ir.TimestampValue) -> ir.FloatingValue:
    """Seconds from one instant to another with their fraction; negative when `last` is the earlier."""
    return (unix_micros(last) - unix_micros(first)) / 1_000_000
