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


def figures(found: list[KeptFinding], key: str) -> list[tuple[float, float]]:
    """The shares of a finding with how many each rests on."""
    one = next(one for one in found if one.key == key)
    return [(figure.estimate.value or 0.0, figure.estimate.n) for figure in one.figures]


@pytest.mark.slow
def test_of_an_it_desk_a_look_says_what_changed_what_is_never_in_time_and_what_passing_on_goes_with(
    acme: Cast, shared_data: Path, tmp_path: Path
) -> None:
    _, found = look_at("servicenow", shared_data / "servicenow_incidents", rejects=tmp_path / "rejects.csv")
    level = "promise_kept:promise=service_level"
    assert {one.key for one in found} == {
        f"change:{level}:touchpoint=moderate priority",
        f"difference:{level}:touchpoint=critical priority",
        f"difference:{level}:touchpoint=high priority",
        f"difference:{level}:touchpoint=low priority",
        f"difference:{level}:touchpoint=moderate priority:channel=phone",
        *(f"difference:{level}:team=Group {number}" for number in (10, 25, 66)),
        "handling:service_level:handoffs",
        "handling:service_level:reopens",
    }
    # As the raw file says within each month (tests/analysis/test_incidents_tutorial.py).
    told = figures(found, "handling:service_level:handoffs")
    assert [round(share, 3) for share, _ in told] == [0.479, 0.761]
    assert figures(found, f"difference:{level}:touchpoint=critical priority")[0][0] < 0.03
    told = figures(found, f"difference:{level}:team=Group 25")
    assert [round(share, 3) for share, _ in told] == [0.426, 0.619]


@pytest.mark.slow
def test_of_a_marketplace_a_look_says_that_a_bad_winter_was_over_and_what_satisfaction_goes_with(
    acme: Cast, shared_data: Path, tmp_path: Path
) -> None:
    _, found = look_at("olist", shared_data / "olist_3k", rejects=tmp_path / "rejects.csv")
    assert {one.key for one in found} == {
        "change:promise_kept:promise=delivery",
        "driver:csat:promise_broken",
        "driver:csat:duration",
        "journey:wait:payment_approved>handed_to_carrier",
        "journey:wait:handed_to_carrier>delivered",
        "emerging:pt:bom",
        "emerging:pt:recomendo",
        "emerging:pt:ótimo",
    }
    shares = [share for share, _ in figures(found, "change:promise_kept:promise=delivery")]
    assert shares == pytest.approx([0.743, 0.935], abs=0.005)
    # The page cuts where nine in ten had waited less, the tutorial at six and at seventeen days.
    for wait, shares in (
        ("payment_approved>handed_to_carrier", [0.621, 0.785]),
        ("handed_to_carrier>delivered", [0.728, 0.823]),
    ):
        told = [share for share, _ in figures(found, f"journey:wait:{wait}")]
        assert told == pytest.approx(shares, abs=0.02)


@pytest.mark.slow
def test_of_leavers_a_look_says_who_stays_and_who_leaves_most(acme: Cast, shared_data: Path, tmp_path: Path) -> None:
    _, found = look_at("telco_churn", shared_data / "telco_churn", rejects=tmp_path / "rejects.csv")
    # One half finds, the other confirms: the halves are drawn by ids, which differ from one workspace to the next.
    (stays, _), _ = figures(found, "group:contract is not Month-to-Month:left")
    assert stays == pytest.approx(0.062, abs=0.015)
    monthly = [one.key for one in found if "contract is Month-to-Month" in one.key and one.key.endswith(":left")]
    leaves = [figures(found, key)[0][0] for key in monthly]
    # 46 of 100 with such a contract are gone: some groups of them leave more, others less.
    assert max(leaves) > 0.6
    assert min(leaves) < 0.46
