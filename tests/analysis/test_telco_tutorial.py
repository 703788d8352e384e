"""The worked example of leavers: groups, reasons and how well leavers are told apart, without any of our code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.analysis.pages import lay_out, missing, percent, read_page

PAGE = read_page("telco-churn.md")
PEOPLE = """
CREATE TABLE people AS SELECT *, "Churn Label" = 'Yes' AS gone, "Tenure in Months"::INT AS tenure, Age::INT AS years,
       Contract = 'Month-to-Month' AS monthly,
       "Number of Referrals"::INT AS referrals
FROM status JOIN services USING ("Customer ID") JOIN demographics USING ("Customer ID")
"""
MANY, FEW = "monthly AND referrals >= 2", "monthly AND referrals < 2"


@pytest.fixture(scope="module")
def raw(shared_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    tables = {
        name: shared_data / "telco_churn" / f"Telco_customer_churn_{name}.csv.gz"
        for name in ("status", "services", "demographics")
    }
    with lay_out(**tables) as connection:
        connection.execute(PEOPLE)
        yield connection


def gone(raw: duckdb.DuckDBPyConnection, where: str) -> tuple[int, int]:
    """(who left, customers)."""
    found: Any = raw.execute(f"SELECT count(*) FILTER (gone), count(*) FROM people WHERE {where}").fetchone()
    return found[0], found[1]


def test_the_groups_that_leave_and_stay(raw: duckdb.DuckDBPyConnection) -> None:
    stays, monthly, older, early, late, many, few, all_of = (
        gone(raw, where)
        for where in (
            "NOT monthly",
            "monthly",
            "monthly AND years >= 64",
            "tenure <= 6",
            "tenure > 24",
            MANY,
            FEW,
            "true",
        )
    )
    told = [
        f"stays: {percent(stays[0] / stays[1])} of {stays[1]:,} are gone",
        f"of all others {percent(monthly[0] / monthly[1])}",
        f"from 64 years on {percent(older[0] / older[1])} of {older[1]}",
        f"({older[0]} of {all_of[0]:,})",
        f"of the {many[1]} who brought two customers and more {percent(many[0] / many[1])} are gone",
        f"of the {few[1]:,} others {percent(few[0] / few[1])}",
        f"in their first half year {percent(early[0] / early[1])} are gone (n = {early[1]:,})",
        f"beyond two years {percent(late[0] / late[1])} (n = {late[1]:,})",
    ]
    assert missing(PAGE, told) == []


def test_the_reasons_that_cannot_be_predicted(raw: duckdb.DuckDBPyConnection) -> None:
    reasons = dict(raw.execute('SELECT "Churn Category", count(*) FROM people WHERE gone GROUP BY ALL').fetchall())
    of = sum(reasons.values())
    told = [
        f"{reasons['Competitor']} of {of:,} named a competitor ({percent(reasons['Competitor'] / of, 0)})",
        f"{reasons['Attitude']} somebody's attitude ({percent(reasons['Attitude'] / of, 0)})",
    ]
    assert missing(PAGE, told) == []


def test_a_leaver_is_told_from_a_stayer_about_nine_times_in_ten(raw: duckdb.DuckDBPyConnection) -> None:
    rows = raw.execute(
        'SELECT gone::INT, ln(1 + tenure), years, monthly::INT, "Monthly Charge"::DOUBLE, '
        "(Contract = 'Two Year')::INT, "
        "(\"Internet Type\" = 'Fiber Optic')::INT, ln(1 + \"Number of Referrals\"::INT), (Married = 'Yes')::INT, "
        '("Number of Dependents"::INT > 0)::INT, ("Online Security" = \'Yes\')::INT, '
        '("Premium Tech Support" = \'Yes\')::INT, hash("Customer ID") % 2 FROM people'
    ).fetchnumpy()
    values = [np.asarray(np.ma.filled(column, 0), dtype=np.float64) for column in rows.values()]
    left, half = values[0], values[-1] == 0
    features = np.column_stack([np.ones(len(left)), *((x - x.mean()) / x.std() for x in values[1:-1])])
    chance = features[~half] @ fit(features[half], left[half])
    ranks = np.argsort(np.argsort(chance)) + 1
    n1 = left[~half].sum()
    n0 = len(chance) - n1
    told_apart = (ranks[left[~half] == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)
    assert 0.86 < told_apart < 0.94
    assert "about nine times in ten" in PAGE


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's steps, with a breath of shrinkage."""
    b = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ b))
        b += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + 1e-3 * np.eye(len(b)), x.T @ (y - p) - 1e-3 * b)
    return b
