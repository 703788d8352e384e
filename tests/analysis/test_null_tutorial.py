"""The worked example in which nothing means anything: its figures, computed from the raw file without our code."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import fisher_exact

from tests.analysis.pages import missing, percent, read_page

PAGE = read_page("support-tickets.md")
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def tickets(shared_data: Path) -> Rows:
    path = shared_data / "support_tickets_csat" / "customer_support_tickets.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def rated(tickets: Rows) -> Rows:
    return [row for row in tickets if row["Customer Satisfaction Rating"]]


def satisfied(rows: Rows, **where: str) -> tuple[int, int]:
    """(marks of 4 and 5, marks) where channel and kind are as said."""
    named = {"channel": "Ticket Channel", "kind": "Ticket Type"}
    here = [row for row in rows if all(row[named[name]] == value for name, value in where.items())]
    return sum(float(row["Customer Satisfaction Rating"]) >= 4 for row in here), len(here)


def test_what_came_in_and_what_a_dashboard_would_say(tickets: Rows, rated: Rows) -> None:
    responded = sum(bool(row["First Response Time"]) for row in tickets)
    yes, n = satisfied(rated)

    def told(**where: str) -> str:
        k, m = satisfied(rated, **where)
        return percent(k / m)

    best, worst = ({"kind": kind, "channel": "Social media"} for kind in ("Cancellation request", "Technical issue"))
    cells = {
        (row["Ticket Type"], row["Ticket Channel"]): satisfied(
            rated, kind=row["Ticket Type"], channel=row["Ticket Channel"]
        )
        for row in rated
    }
    order = sorted(cells, key=lambda cell: cells[cell][0] / cells[cell][1])
    assert len(cells) == 20
    assert (order[0][0], order[-1][0]) == (worst["kind"], best["kind"]), "the extremes of twenty"
    expected = [
        f"{len(tickets):,} | {responded:,} | {len(tickets) - responded:,} left out",
        f"| {n:,} | {n:,} |",
        f"count as satisfied: {percent(yes / n)} of all",
        f"{told(channel='Chat')} for chat and {told(channel='Social media')} for social media",
        f"product inquiries have {told(kind='Product inquiry')} and technical issues {told(kind='Technical issue')}",
        f"cancellation requests by social media are at {told(**best)} (n = {satisfied(rated, **best)[1]})",
        f"technical issues by social media at {told(**worst)} (n = {satisfied(rated, **worst)[1]})",
    ]
    assert missing(PAGE, expected) == []


def test_the_worst_cell_by_itself_looks_like_something(rated: Rows) -> None:
    k, n = satisfied(rated, kind="Technical issue", channel="Social media")
    yes, all_of = satisfied(rated)
    p = fisher_exact(np.array([[k, n - k], [yes - k, all_of - n - (yes - k)]])).pvalue
    assert 0.01 < p < 0.05
    assert p > 0.05 / 29, "with 29 questions asked it is nothing"
    assert "p below 0.05" in PAGE


def test_all_together_explain_next_to_nothing(rated: Rows) -> None:
    marks = np.array([float(row["Customer Satisfaction Rating"]) for row in rated])
    columns = [np.ones(len(marks))]
    for name in ("Ticket Type", "Ticket Channel"):
        values = sorted({row[name] for row in rated})[1:]
        columns += [np.array([float(row[name] == value) for row in rated]) for value in values]
    laid = np.column_stack(columns)
    b, *_ = np.linalg.lstsq(laid, marks, rcond=None)
    explained = 1 - np.var(marks - laid @ b) / np.var(marks)
    assert f"together explain {percent(explained)} of the differences" in PAGE
