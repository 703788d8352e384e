"""Engines that count what the lake holds: DuckDB in this process, Spark where one machine is too small.

The same Ibis expressions run on either. What keeps the lake (recording, correcting, erasing, rolling up the few days
that changed) is delta-rs and DuckDB, whatever answers the questions.
"""

import os
from functools import cache
from typing import Final

from untilyes.lake.engines.engine import Engine
from untilyes.lake.errors import EngineMissing

DUCKDB: Final = "duckdb"
SPARK: Final = "spark"


def choose_engine(name: str | None = None) -> Engine:
    """The engine of that name; without one what UNTILYES_ENGINE says, which is DuckDB unless set. Starts nothing.

    Raises `EngineMissing` when there is no such engine, or it is not installed here.
    """
    return _load(name or os.environ.get("UNTILYES_ENGINE") or DUCKDB)


@cache
def _load(name: str) -> Engine:
    if name == DUCKDB:
        from untilyes.lake.engines.duckdb import DuckDBEngine  # noqa: PLC0415 - one engine need not load the other

        return DuckDBEngine()
    if name == SPARK:
        try:
            from untilyes.lake.engines.spark import SparkEngine  # noqa: PLC0415
        except ModuleNotFoundError as problem:
            raise EngineMissing(
                f"Spark is not installed here ({problem.name} is missing). Install it with: pip install "
                "'untilyes[spark]', or unset UNTILYES_ENGINE to count with DuckDB."
            ) from problem
        return SparkEngine()
    raise EngineMissing(f"There is no engine “{name}”. UNTILYES_ENGINE takes {DUCKDB} or {SPARK}.")
