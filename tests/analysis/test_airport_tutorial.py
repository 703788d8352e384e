"""The numbers of the tutorial about an airport, found again in the raw file without any of our code."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

PARTS = (
    "Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS", "Q7INFODOWN", "Q7INFOUP", "Q7WIFI",
    "Q7ROADS", "Q7PARK", "Q7AIRTRAIN", "Q7LTPARKING", "Q7RENTAL", "Q9BOARDING", "Q9AIRTRAIN", "Q9RENTAL", "Q9FOOD",
    "Q9RESTROOM", "Q9ALL", "Q10SAFE", "Q13GETRATE", "Q14FIND", "Q14PASSTHRU",
)  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "tutorials" / "sfo.md"
Columns = tuple[np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture
def asked(shared_data: Path) -> Columns:
    """Ratings of the whole (0 to 1), of the parts (NaN where not rated), and weights, of those who rated both."""
    with gzip.open(shared_data / "sfo_survey" / "sfo_2017.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["Q7ALL"] in set("12345")]
    parts = np.array(
        [[(float(row[name]) - 1) / 4 if row[name] in set("12345") else np.nan for name in PARTS] for row in rows]
    )
    whole = np.array([(float(row["Q7ALL"]) - 1) / 4 for row in rows])
    weights = np.array([float(row["WEIGHT"]) for row in rows])
    rated = ~np.isnan(parts).all(axis=1)
    return whole[rated], parts[rated], weights[rated]


def test_passengers_and_what_they_are_worth(asked: Columns) -> None:
    whole, _, w = asked
    assert f"{len(whole):,} passengers judged the whole" in PAGE.read_text()
    assert f"worth {w.sum() ** 2 / (w**2).sum():,.0f} answers" in PAGE.read_text().replace("\n  ", " ")


def test_all_parts_together_explain_what_the_page_says(asked: Columns) -> None:
    whole, parts, w = asked
    means = np.array([np.average(x[~np.isnan(x)], weights=w[~np.isnan(x)]) for x in parts.T])
    columns = np.column_stack([np.ones(len(whole)), np.where(np.isnan(parts), means, parts), ~np.isnan(parts)])
    root = np.sqrt(w)
    b, *_ = np.linalg.lstsq(columns * root[:, None], whole * root, rcond=None)
    left = np.average((whole - columns @ b) ** 2, weights=w)
    explained = 1 - left / np.average((whole - np.average(whole, weights=w)) ** 2, weights=w)
    assert f"explain {100 * explained:.0f} %" in PAGE.read_text()


@pytest.mark.parametrize(("part", "told"), [("Q7FOOD", 66), ("Q7STORE", 66), ("Q7WALKWAYS", 78)])
def test_the_parts_are_as_good_as_the_page_says(asked: Columns, part: str, told: int) -> None:
    _, parts, w = asked
    x = parts[:, PARTS.index(part)]
    rated = ~np.isnan(x)
    assert round(100 * np.average(x[rated], weights=w[rated])) == told
    assert f"{told} of 100" in PAGE.read_text()


@pytest.mark.parametrize(("year", "told"), [(2016, "81 % in May 2016"), (2017, "82 % satisfied in May 2017")])
def test_the_share_of_satisfied_passengers_is_the_raw_files(shared_data: Path, year: int, told: str) -> None:
    with gzip.open(shared_data / "sfo_survey" / f"sfo_{year}.csv.gz", "rt", encoding="utf-8") as file:
        marks = [row["Q7ALL"] for row in csv.DictReader(file) if row["Q7ALL"] in set("12345")]
    assert told.startswith(f"{100 * sum(mark in '45' for mark in marks) / len(marks):.0f} %")
    assert told in PAGE.read_text()


def test_the_net_promoter_score_is_the_raw_file_s(shared_data: Path) -> None:
    with gzip.open(shared_data / "sfo_survey" / "sfo_2017.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["NETPRO"].isdigit() and int(row["NETPRO"]) <= 10]
    marks, weights = (np.array([float(row[name]) for row in rows]) for name in ("NETPRO", "WEIGHT"))
    points = 100.0 * ((marks >= 9).astype(float) - (marks <= 6))
    assert f"net promoter score of {points.mean():+.0f}" in PAGE.read_text()
    assert np.average(points, weights=weights) - points.mean() == pytest.approx(0.5, abs=0.1), "half a point more"
