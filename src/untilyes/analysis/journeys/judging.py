"""How journeys went: what makes one a good one, and what is known of each."""

from enum import StrEnum
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.lake import Lake

FEWEST: Final = 30


class Basis(StrEnum):
    """What makes a journey a good one."""

    YES = "yes"  # its customer said yes to both questions
    STAYED = "stayed"  # its customer is still one
    KEPT = "kept"  # every promise made in it was kept

    @property
    def told(self) -> str:
        """What is said of a good one."""
        return {"yes": "said yes", "stayed": "stayed", "kept": "got what was promised in time"}[self.value]


def judge(lake: Lake, ends: ir.Table) -> ir.Table:
    """The journeys with what is known of how each went, by each basis."""
    answers, outcomes, customers = (lake.read(name) for name in ("answers", "outcomes", "customers"))
    said = answers.filter((answers["question"] == "effective") & answers["value"].notnull())
    said = said.semi_join(ends, said["interaction_id"] == ends["about"])  # of many answers most are to something else
    yes = said.group_by(of="interaction_id").aggregate(yes=(said["value"].min() == 1).cast("int64"))
    in_time = ibis.ifelse(
        outcomes["was_kept"].notnull(), outcomes["was_kept"], outcomes["kept_at"] <= outcomes["due_at"]
    )
    settled = outcomes.mutate(in_time=in_time.cast("int64")).filter(lambda table: table["in_time"].notnull())
    kept = settled.group_by(of="interaction_id").aggregate(kept=settled["in_time"].min())
    stayed = customers.filter(customers["customer_id"].notnull())
    stayed = stayed.group_by(of="customer_id").aggregate(stayed=stayed["left_at"].isnull().all().cast("int64"))
    for table, key in ((yes, "about"), (kept, "about"), (stayed, "customer_id")):
        ends = ends.left_join(table, ends[key] == table["of"]).drop("of")
    return ends


def is_judged(ends: ir.Table) -> bool:
    """Whether these journeys were judged already."""
    return set(Basis) <= set(ends.columns)


def list_bases(lake: Lake, ends: ir.Table) -> tuple[Basis, ...]:
    """What journeys can be judged by, the first choice first; what all or none have tells nothing apart."""
    counted = ends.aggregate(
        **{f"{one}_n": ends[one.value].count() for one in Basis},
        **{f"{one}_k": ends[one.value].sum().fill_null(0) for one in Basis},
    )
    row = lake.fetch(lambda: counted).to_pylist()[0]
    fewest = {one: min(row[f"{one}_k"] or 0, row[f"{one}_n"] - (row[f"{one}_k"] or 0)) for one in Basis}
    enough = [one for one in Basis if fewest[one] >= FEWEST]
    return tuple(enough) or tuple(one for one in Basis if row[f"{one}_n"] and one is not Basis.STAYED)
