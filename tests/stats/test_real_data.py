"""The statistics on real exports: what is nothing stays nothing, leaks are seen, and known numbers come out."""

import csv
import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.stats.claims import Floats, ends, known, three
from untilyes.stats.changepoints import find_shift_in_shares
from untilyes.stats.changes import compare_many_shares
from untilyes.stats.charts import chart_shares
from untilyes.stats.collinearity import find_leaks, suspect_drivers
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram
from untilyes.stats.kano import kano
from untilyes.stats.questionnaire import Questionnaire
from untilyes.stats.reliability import scale_reliability
from untilyes.stats.scores import NPS, estimate_score, estimate_weighted_score
from untilyes.stats.seasons import season_of_shares
from untilyes.stats.servqual import servqual

Row = Mapping[str, str]


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


# The null control: ratings that depend on nothing


@pytest.fixture(scope="module")
def tickets(shared_data: Path) -> list[dict[str, str]]:
    """The 2,081 rated tickets."""
    rows = rows_of(shared_data / "support_tickets_csat" / "customer_support_tickets.csv.gz")
    rated = [row for row in rows if row["Customer Satisfaction Rating"]]
    assert len(rated) == 2081
    return rated


SEGMENTS = (
    "Customer Gender", "Product Purchased", "Ticket Type", "Ticket Subject", "Ticket Priority", "Ticket Channel",
)  # fmt: skip


def rating(rows: Sequence[Row]) -> Floats:
    return np.array([float(row["Customer Satisfaction Rating"]) for row in rows])


def test_no_driver_of_the_null_control_is_called_real(tickets: list[dict[str, str]]) -> None:
    columns, names = [np.array([float(row["Customer Age"]) for row in tickets])], ["Customer Age"]
    groups: dict[str, tuple[str, ...]] = {"age": ("Customer Age",)}
    for segment in SEGMENTS:
        values = sorted({row[segment] for row in tickets})[1:]
        columns += [np.array([float(row[segment] == value) for row in tickets]) for value in values]
        names += [f"{segment}={value}" for value in values]
        groups[segment] = tuple(f"{segment}={value}" for value in values)
    result = drivers(Gram.from_rows(np.column_stack(columns), rating(tickets), names), groups=groups, times=50)
    assert len(result.drivers) == 7
    assert result.real == ()
    assert result.p > 0.05


def test_no_segment_of_the_null_control_is_called_real(tickets: list[dict[str, str]]) -> None:
    """Every value of every segment against all others, declared as one family of 80 questions and more."""
    content = rating(tickets) >= 4
    inside = np.array([[row[s] == v for row in tickets] for s in SEGMENTS for v in sorted({r[s] for r in tickets})])
    k, n = inside.astype(float) @ content, inside.sum(axis=1)
    changes = compare_many_shares((content.sum() - k, len(tickets) - n), (k, n))
    assert len(changes) > 60
    assert not np.isin(changes.verdicts, ("better", "worse")).any()


def test_no_trend_of_the_null_control_is_called_real(tickets: list[dict[str, str]]) -> None:
    days = [datetime.strptime(row["Date of Purchase"], "%d-%m-%Y").date() for row in tickets]  # noqa: DTZ007
    content = rating(tickets) >= 4
    months = sorted({(day.year, day.month) for day in days})
    place = np.array([months.index((day.year, day.month)) for day in days])
    k, n = np.bincount(place, weights=content), np.bincount(place)
    assert not find_shift_in_shares(k, n, rng=1).is_real
    assert not chart_shares(k, n).beyond.any()
    weekday = np.array([day.weekday() for day in days])
    by_day = season_of_shares(np.bincount(place * 7 + weekday, weights=content, minlength=7 * len(months)),
                              np.bincount(place * 7 + weekday, minlength=7 * len(months)),
                              np.arange(7 * len(months)) % 7)  # fmt: skip
    assert not by_day.is_real


# Leaks: columns that are the outcome in disguise


def leaks(rows: Sequence[Row], outcome: str, columns: Sequence[str]) -> dict[str, bool]:
    found = {}
    for column in columns:
        values = sorted({row[column] for row in rows})
        classes = sorted({row[outcome] for row in rows})
        counts = Counter((row[column], row[outcome]) for row in rows)
        found[column] = find_leaks([[counts[v, c] for c in classes] for v in values], values, name=column).is_leak
    return found


def test_the_leaking_columns_of_the_telco_are_flagged_and_the_honest_ones_are_not(shared_data: Path) -> None:
    folder = shared_data / "telco_churn"
    status = rows_of(folder / "Telco_customer_churn_status.csv.gz")
    flagged = leaks(status, "Churn Label", ("Satisfaction Score", "Churn Score", "Customer Status", "Churn Reason"))
    assert flagged == dict.fromkeys(flagged, True)
    rows = rows_of(folder / "WA_Fn-UseC_-Telco-Customer-Churn.csv.gz")
    honest = ("gender", "SeniorCitizen", "Partner", "tenure", "InternetService", "Contract", "PaymentMethod")
    assert leaks(rows, "Churn", honest) == dict.fromkeys(honest, False)


def test_the_leaking_scores_of_the_telco_are_suspected_from_the_gram_matrix(shared_data: Path) -> None:
    status = rows_of(shared_data / "telco_churn" / "Telco_customer_churn_status.csv.gz")
    names = ("Satisfaction Score", "Churn Score", "CLTV")
    x = np.array([[float(row[name]) for name in names] for row in status])
    left = np.array([float(row["Churn Value"]) for row in status])
    assert suspect_drivers(Gram.from_rows(x, left, names)) == ("Satisfaction Score", "Churn Score")


# SERVQUAL and Kano of 211 people at a kiosk


ITEMS = tuple(f"{i:02}" for i in range(1, 25))
FEELINGS = ("마음에 든다.", "당연하다.", "아무런 느낌이 없다.", "하는 수 없다.", "마음에 안 든다.")
PARTS = {"whole": ITEMS[:12], "rest": ITEMS[12:]}
KIOSK = Questionnaire("kiosk", PARTS)


@pytest.fixture(scope="module")
def kiosk(shared_data: Path) -> list[dict[str, str]]:
    rows = rows_of(shared_data / "kiosk_servqual" / "kiosk_responses.csv.gz")
    assert len(rows) == 211
    return rows


def answers(rows: Sequence[Row], prefix: str) -> Floats:
    return np.array([[float(row[f"{prefix}{item}"] or "nan") for item in ITEMS] for row in rows])


def test_the_gaps_of_the_kiosk_agree_with_scipys_paired_test(kiosk: list[dict[str, str]]) -> None:
    from scipy import stats

    expected, perceived = answers(kiosk, "E"), answers(kiosk, "P")
    result = servqual(expected, perceived, KIOSK)
    for i, gap in enumerate(result.items):
        theirs = stats.ttest_rel(perceived[:, i], expected[:, i], nan_policy="omit")
        assert known(gap.gap.value) == pytest.approx(np.nanmean(perceived[:, i] - expected[:, i]))
        assert known(gap.p) == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-300)
        interval = theirs.confidence_interval(0.95)
        assert ends(gap.gap) == pytest.approx((interval.low, interval.high))


def test_alpha_of_the_kiosk_agrees_with_the_analysis_of_variance(kiosk: list[dict[str, str]]) -> None:
    """Hoyt (1941): α is one less the residual over the person mean square of the persons × items table."""
    perceived = answers(kiosk, "P")
    complete = perceived[~np.isnan(perceived).any(axis=1)]
    n, k = complete.shape
    persons, items, grand = complete.mean(axis=1), complete.mean(axis=0), complete.mean()
    between = k * np.square(persons - grand).sum() / (n - 1)
    residual = np.square(complete - persons[:, None] - items + grand).sum() / ((n - 1) * (k - 1))
    scale = scale_reliability(perceived, ITEMS)
    assert known(scale.alpha.value) == pytest.approx(1 - residual / between)
    assert scale.holds


def test_the_kano_categories_of_the_kiosk_agree_with_counting_by_hand(kiosk: list[dict[str, str]]) -> None:
    table = ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]
    for item in range(1, 30):
        pairs = [(row[f"KANO_F{item:02}"], row[f"KANO_D{item:02}"]) for row in kiosk]
        codes = [(FEELINGS.index(f), FEELINGS.index(d)) for f, d in pairs if f in FEELINGS and d in FEELINGS]
        counted = Counter(table[f][d] for f, d in codes)
        result = kano([f for f, _ in codes], [d for _, d in codes])
        assert {name[0].upper(): n for name, n in result.counts.items() if n} == dict(counted)
        most = max(counted.values())
        assert result.category.value[0].upper() == next(c for c in "MOAIRQ" if counted[c] == most)
        kept = sum(counted[c] for c in "AOMI")
        assert known(result.better.value) == pytest.approx((counted["A"] + counted["O"]) / kept)
        assert known(result.worse.value) == pytest.approx(-(counted["O"] + counted["M"]) / kept)


# The airport's NPS of 2017


def test_the_airports_nps_of_2017_with_and_without_weights(shared_data: Path) -> None:
    """39.8 on 2,746 answers, unweighted; 11 is no answer. Weights barely move it and cost effective answers."""
    rows = rows_of(shared_data / "sfo_survey" / "sfo_2017.csv.gz")
    answered = [(float(r["NETPRO"]), float(r["WEIGHT"])) for r in rows if r["NETPRO"] and float(r["NETPRO"]) <= 10]
    score = estimate_score({v: float(n) for v, n in Counter(v for v, _ in answered).items()})
    value, low, high = three(score)
    assert (round(value, 1), score.n) == (39.8, 2746)
    assert (round(low, 1), round(high, 1)) == (37.2, 42.4)
    marks, weights = (np.array(column) for column in zip(*answered, strict=True))
    weighted = estimate_weighted_score(marks, weights)
    points = np.array([NPS.points[v] for v in marks])
    assert known(weighted.value) == pytest.approx(float(np.average(points, weights=weights)))
    assert weighted.n == pytest.approx(weights.sum() ** 2 / np.square(weights).sum())
    assert weighted.n < score.n
    assert known(weighted.width) > known(score.width)
