"""Facts gone wrong on purpose: the company as its data would arrive after a few ordinary mishaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from untilyes.sim.company import Company

Tables = dict[str, pa.Table]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Defect:
    """One mishap: what happened, and the key of the finding that an honest look has to come to."""

    told: str
    key: str


def spoil(company: Company, *, seed: int) -> tuple[Company, tuple[Defect, ...]]:
    """The company with every mishap, and what they are. The same seed spoils the same facts."""
    tables = dict(company.tables)
    rng = np.random.default_rng([seed, len(_MISHAPS)])
    for _, mishap in _MISHAPS:
        tables = mishap(tables, company, rng)
    return replace(company, tables=tables), tuple(defect for defect, _ in _MISHAPS)


def _lose_reviews(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    begun = company.truths.until - 40 * DAY
    return _leave_out(tables, ("answers", "comments"), "review", begun, company.truths.until)


def _lose_tickets(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    begun = company.truths.until - 120 * DAY
    return _leave_out(tables, ("answers", "comments"), "ticket", begun, begun + 20 * DAY)


def _send_twice(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    comments = tables["comments"]
    size = comments.num_rows // 50
    again = comments.take(rng.choice(comments.num_rows, size=size, replace=False))
    copied = again.set_column(
        again.schema.get_field_index("id"), "id", pc.binary_join_element_wise(again["id"], "copy", ":")
    )
    return tables | {"comments": pa.concat_tables([comments, copied])}


def _swap_instants(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    done = tables["interactions"]
    hit = _draw(rng, done.num_rows, 0.002, among=pc.is_valid(done["closed_at"]))
    opened, closed = done["opened_at"], done["closed_at"]
    return tables | {
        "interactions": _put(
            _put(done, "opened_at", pc.if_else(hit, closed, opened)), "closed_at", pc.if_else(hit, opened, closed)
        )
    }


def _change_scale(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    answers = tables["answers"]
    begun = pa.scalar(company.truths.until - 60 * DAY, pa.timestamp("us", tz="UTC"))
    hit = pc.and_(pc.equal(answers["question"], "csat"), pc.greater_equal(answers["at"], begun))
    hit = pc.fill_null(hit, False)
    stretched = pc.add(pc.multiply(pc.subtract(answers["value"], 1.0), 1.5), 1.0)
    answers = _put(answers, "value", pc.if_else(hit, pc.round(stretched), answers["value"]))
    return tables | {"answers": _put(answers, "scale_max", pc.if_else(hit, 7.0, answers["scale_max"]))}


def _forget_team(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:
    answers = tables["answers"]
    begun = pa.scalar(company.truths.until - 42 * DAY, pa.timestamp("us", tz="UTC"))
    hit = _draw(rng, answers.num_rows, 0.3, among=pc.greater_equal(answers["at"], begun))
    return tables | {"answers": _put(answers, "team", pc.if_else(hit, None, answers["team"]))}


def _respell_channel(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:  # noqa: ARG001
    comments = tables["comments"]
    hit = _draw(rng, comments.num_rows, 0.1, among=pc.fill_null(pc.equal(comments["channel"], "email"), False))
    return tables | {"comments": _put(comments, "channel", pc.if_else(hit, "E-Mail", comments["channel"]))}


def _lose_answers(tables: Tables, company: Company, rng: np.random.Generator) -> Tables:
    """The link in two of three invitations about deliveries leads nowhere, for ten weeks until the end."""
    events = tables["events"]
    begun = pa.scalar(company.truths.until - 70 * DAY, pa.timestamp("us", tz="UTC"))
    about = pc.and_(pc.equal(events["activity"], "invitation"), pc.equal(events["touchpoint"], "delivery"))
    about = pc.fill_null(pc.and_(about, pc.greater_equal(events["at"], begun)), False)
    hit = _draw(rng, events.num_rows, 0.67, among=about)
    return tables | {"events": _put(events, "amount", pc.if_else(hit, 0.0, events["amount"]))}


_MISHAPS: Final[tuple[tuple[Defect, Callable[[Tables, Company, np.random.Generator], Tables]], ...]] = (
    (Defect("no review has come in for 40 days", "data:silent:review"), _lose_reviews),
    (Defect("no ticket came in for 20 days", "data:gap:ticket"), _lose_tickets),
    (Defect("one comment in fifty came again under another id", "data:twice:comments"), _send_twice),
    (Defect("some interactions end before they begin", "data:impossible:closed_early"), _swap_instants),
    (Defect("satisfaction is asked from 1 to 7 instead of 5", "data:scale:csat:survey"), _change_scale),
    (Defect("three answers in ten no longer say which team", "data:unknown:answers:team"), _forget_team),
    (Defect("one e-mail in ten is spelt E-Mail", "data:spelling:channel:email"), _respell_channel),
    (Defect("two of three invitations about deliveries lead nowhere", "data:response:delivery"), _lose_answers),
)


def _leave_out(tables: Tables, names: tuple[str, ...], source: str, since: object, until: object) -> Tables:
    begun, over = (pa.scalar(one, pa.timestamp("us", tz="UTC")) for one in (since, until))
    kept = {}
    for name in names:
        table = tables[name]
        inside = pc.and_(pc.greater_equal(table["at"], begun), pc.less_equal(table["at"], over))
        kept[name] = table.filter(pc.invert(pc.and_(inside, pc.equal(table["source"], source))))
    return tables | kept


def _draw(rng: np.random.Generator, rows: int, share: float, *, among: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.and_(pa.chunked_array([pa.array(rng.random(rows) < share)]), among)


def _put(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    column = table.schema.get_field_index(name)
    return table.set_column(column, table.schema.field(column), values.cast(table.schema.field(column).type))
