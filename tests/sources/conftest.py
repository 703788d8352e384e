"""A small recipe and small files, for tests about importing."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from untilyes.feedback.queries import open_lake
from untilyes.sources.contract import Recipe
from untilyes.sources.library import parse_recipe
from untilyes.workspaces.tenancy import inside

if TYPE_CHECKING:
    from tests.cast import Cast

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)

PLAIN = """
name: shop
title: A shop's answers
timezone: Europe/Berlin
files:
  answers: {pattern: "*.csv*", columns: [nr, who, said_at, stars]}
customers:
  from: answers
  id: who
  at: said_at
  email: mail
  traits:
    plan: plan
facts:
  - name: stars
    table: answers
    from: answers
    id: nr
    customer: who
    columns:
      at: said_at
      source: "'survey'"
      channel: "'web'"
      question: "'csat'"
      value: stars
      scale_min: 1
      scale_max: 5
      higher_is_better: true
    checks:
      - when: number(stars) = 0
        correct: {value: 1}
        say: zero stars were counted as one
      - when: number(stars) > 5
        reject: more than five stars
"""

ROWS = """nr,who,said_at,stars,mail,plan
1,ada,2024-01-05 10:00:00,5,ann@x.example,gold
2,bob,2024-02-05 10:00:00,1,,silver
3,ada,2024-02-06 23:30:00,4,ann@x.example,gold
"""


@pytest.fixture
def plain() -> Recipe:
    """Stars on a scale from 1 to 5, zero corrected to one, more than five rejected."""
    return parse_recipe(PLAIN, called="plain.yaml")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file into an empty folder of this test and return its path."""
    folder = tmp_path / "incoming"
    folder.mkdir()

    def write_file(content: str | bytes = ROWS, name: str = "answers.csv") -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def acme(cast: "Cast") -> Iterator["Cast"]:
    """The cast, with everything that follows happening inside Acme."""
    with inside(cast.acme):
        yield cast


def facts(table: str = "answers") -> list[dict[str, Any]]:
    """What the current workspace's lake holds in a table, by id."""
    rows: list[dict[str, Any]] = open_lake().read(table).order_by("id").to_pyarrow().to_pylist()
    return rows
