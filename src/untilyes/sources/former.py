"""Facts that an earlier version of a recipe told under other ids: they keep the id they have, so none counts twice."""

import pyarrow as pa

from untilyes.lake import Lake
from untilyes.sources.contract import FactMapping, Recipe


def name_former(mapping: FactMapping) -> str:
    """What the table of the ids that are known is called on the workbench."""
    return f"known ids of {mapping.name}"


def list_former(lake: Lake, recipe: Recipe) -> dict[str, pa.Table]:
    """The ids the lake knows of the recipe's facts, for each mapping whose ids were others once."""
    prefix = f"{recipe.name}:"
    return {name_former(one): lake.list_ids(one.table, prefix=prefix) for one in recipe.facts if one.formerly}
