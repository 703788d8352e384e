"""The same company with everything that went with anything torn apart: whatever is found in it is false."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from untilyes.sim.company import Company

_TORN = {
    "answers": (("value", "choice"), "question"),
    "comments": (("text",), "language"),
    "customers": (("customer_id",), None),
}
"""Per table: the columns that go to other rows together, and within equals of which column they stay."""


def scramble(company: Company, *, seed: int) -> Company:
    """Deal answers, words, and who left when anew; numbers of each stay as they were. The same seed deals the same.

    Answers stay within their question, words within their language, so that neither shows what went with what.
    """
    rng = np.random.default_rng([seed, len(_TORN)])
    tables = dict(company.tables)
    for name, (columns, within) in _TORN.items():
        table = tables[name]
        order = _deal(rng, table, within)
        for column in columns:
            tables[name] = tables[name].set_column(
                table.schema.get_field_index(column), column, table[column].take(order)
            )
    traits = tables["customers"]["traits"].take(pa.array(rng.permutation(tables["customers"].num_rows)))
    place = tables["customers"].schema.get_field_index("traits")
    return replace(company, tables=tables | {"customers": tables["customers"].set_column(place, "traits", traits)})


def _deal(rng: np.random.Generator, table: pa.Table, within: str | None) -> pa.Array:
    """For each row the row whose values it gets."""
    order = np.arange(table.num_rows)
    groups = np.array(table[within].to_pylist(), dtype=str) if within else np.zeros(table.num_rows)
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        order[here] = rng.permutation(here)
    return pa.array(order)
