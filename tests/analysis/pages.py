"""Worked examples as they stand in the documents, to be held against figures computed without us."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"


def read_page(name: str) -> str:
    """The text of a tutorial, in one line and without marks of emphasis."""
    return " ".join((TUTORIALS / name).read_text(encoding="utf-8").replace("**", "").split())


def missing(page: str, told: Iterable[str]) -> list[str]:
    """What the page should say and does not."""
    return [one for one in told if one not in page]


def percent(share: float, digits: int = 1) -> str:
    """A share as tutorials write it."""
    return f"{100 * share:.{digits}f} %"


def lay_out(**files: Path) -> duckdb.DuckDBPyConnection:
    """Raw files as tables of texts, under names."""
    connection = duckdb.connect()
    for name, path in files.items():
        connection.execute(f"CREATE TABLE {name} AS FROM read_csv('{path}', all_varchar = true)")
    return connection
