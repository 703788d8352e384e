"""From a file to findings: a published table in which nothing means anything, and the same with one thing planted."""

import csv
import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cast import Cast
from untilyes.analysis.findings import Kind
from untilyes.insights.actions import look_for_findings
from untilyes.insights.models import KeptFinding, Run
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TICKETS = "customer_support_tickets.csv"


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    with inside(cast.acme):
        yield cast


def look_at(recipe: str, path: Path, *, rejects: Path) -> tuple[Run, list[KeptFinding]]:
    """Import years after it happened, and look at once."""
    import_files(get_recipe(recipe), [path], at=AT, rejects=rejects)
    run = look_for_findings(Run.objects.create(asked_at=AT), clock=lambda: AT)
    return run, list(KeptFinding.objects.all())


def read(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_where_ratings_depend_on_nothing_a_look_asks_and_finds_nothing(
    acme: Cast, shared_data: Path, tmp_path: Path
) -> None:
    run, found = look_at("support_tickets", shared_data / "support_tickets_csat", rejects=tmp_path / "rejects.csv")
    assert run.questions >= 29, "five kinds of ticket, four channels, and each kind on each channel"
    assert found == []


def test_the_same_table_with_one_channel_made_worse_gives_that_channel_away(
    acme: Cast, shared_data: Path, tmp_path: Path
) -> None:
    rows = read(shared_data / "support_tickets_csat" / f"{TICKETS}.gz")
    for number, row in enumerate(rows):
        if row["Ticket Channel"] == "Chat" and row["Customer Satisfaction Rating"] and number % 3:
            row["Customer Satisfaction Rating"] = "1"
    with (tmp_path / TICKETS).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    _, found = look_at("support_tickets", tmp_path / TICKETS, rejects=tmp_path / "rejects.csv")
    worse = {one.key for one in found if one.kind == Kind.DIFFERENCE and one.tone == "worse"}
    assert worse == {"difference:csat:scale=1..5:channel=chat"}
