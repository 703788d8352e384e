"""What goes with a yes: what was planted is found, what means nothing is listed, the outcome in disguise refused."""

import csv
import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from untilyes.analysis.drivers import Matters, Source, read_drivers, read_turnings
from untilyes.analysis.findings import judge
from untilyes.analysis.findings.drivers import examine_drivers
from untilyes.analysis.findings.thresholds import examine_thresholds
from untilyes.lake import Lake
from untilyes.stats.drivers import drivers
from untilyes.stats.gram import Gram
from untilyes.stats.results import Estimate

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
UNTIL = date(2026, 6, 1)
SIZE = 4_000


def told(name: str, question: str, value: float, **more: Any) -> dict[str, Any]:
    """One answer of the customer of the interaction `name`, a day after it was opened."""
    scale = {"scale_min": 0.0, "scale_max": 1.0, "higher_is_better": True}
    return {
        "id": f"{name}:{question}",
        "at": START + timedelta(days=1),
        "source": "survey",
        "customer_id": f"customer {name}",
        "interaction_id": name,
        "response_id": f"response {name}",
        "question": question,
        "value": value,
        **(scale | more),
    }


def draw(seed: int = 3, *, cost: float = 0.15) -> list[dict[str, Any]]:
    """Interactions whose chance of a yes falls by `cost` with every contact after the first, and with nothing else."""
    rng = np.random.default_rng(seed)
    drawn = []
    for number in range(SIZE):
        contacts, handoffs = 1 + int(rng.poisson(1.0)), int(rng.poisson(0.8))
        yes = rng.random() < max(0.9 - cost * (contacts - 1), 0.05)
        hours = float(rng.lognormal(1.0, 0.5))
        drawn.append(
            {"name": f"{number}", "contacts": contacts, "handoffs": handoffs, "yes": float(yes), "hours": hours}
        )
    return drawn


def pour(lake: Lake, drawn: list[dict[str, Any]], **more: list[float]) -> None:
    """The interactions with their answers; further questions of the same responses by name."""
    lake.record(
        "interactions",
        [
            {
                "id": row["name"],
                "interaction_id": row["name"],
                "customer_id": f"customer {row['name']}",
                "at": START,
                "source": "ticket",
                "opened_at": START,
                "closed_at": START + timedelta(hours=row["hours"]),
                "contacts": row["contacts"],
                "handoffs": row["handoffs"],
                "reopens": 0,
            }
            for row in drawn
        ],
    )
    answers = [told(row["name"], "effective", row["yes"]) for row in drawn]
    answers += [told(row["name"], "good_job", row["yes"]) for row in drawn]
    for question, values in more.items():
        answers += [
            told(row["name"], question, value, scale_min=1.0, scale_max=5.0)
            for row, value in zip(drawn, values, strict=True)
        ]
    lake.record("answers", answers)


def read(lake: Lake, source: Source, outcome: str = "effective") -> Matters:
    found = read_drivers(lake, outcome, source, until=UNTIL)
    assert found is not None
    return found


def test_what_was_planted_matters_and_what_was_not_is_not_told_apart_from_nothing(lake: Lake) -> None:
    pour(lake, draw())
    found = read(lake, Source.OPERATIONS)
    assert [one.name for one in found.real] == ["contacts"]
    assert found.real[0].direction == "down"
    assert "duration" in {one.name for one in found.negligible}
    assert {one.name for one in (*found.negligible, *found.undecided)} == {"handoffs", "duration"}
    assert "how often it was opened again" in found.still, "it was always the same"
    assert found.found.n == SIZE


def test_the_engine_counts_what_one_would_count_by_hand(lake: Lake) -> None:
    drawn = draw()
    pour(lake, drawn)
    found = read(lake, Source.OPERATIONS)
    rows = [[row["contacts"], row["handoffs"], np.log(row["hours"] * 3_600.0)] for row in drawn]
    by_hand = drivers(
        Gram.from_rows(rows, [row["yes"] for row in drawn], ("contacts", "handoffs", "duration")), intervals="none"
    )
    assert found.found.value == pytest.approx(by_hand.value, rel=1e-6)
    mine = {one.name: one.contribution for one in found.found.drivers}
    assert mine == pytest.approx({one.name: one.contribution for one in by_hand.drivers}, rel=1e-4, abs=1e-9)


def test_where_nothing_was_planted_nothing_matters(lake: Lake) -> None:
    pour(lake, draw(cost=0.0))
    found = read(lake, Source.OPERATIONS)
    assert found.real == ()
    assert "Nothing looked at is shown to go with" in found.sentence


def test_parts_of_the_outcome_never_explain_it_and_what_gives_it_away_is_refused(lake: Lake) -> None:
    drawn, rng = draw(), np.random.default_rng(8)
    tone = [float(np.clip(round(3 + row["yes"] + rng.normal(0, 1.2)), 1, 5)) for row in drawn]
    copied = [5.0 if row["yes"] else 1.0 for row in drawn]
    pour(lake, drawn, tone=tone, copied=copied)
    found = read(lake, Source.RATINGS)
    assert found.disguised == ("“copied”",)
    assert [one.name for one in found.found.drivers] == ["tone"], "good_job is a part of the outcome"


def test_too_few_answers_say_nothing(lake: Lake) -> None:
    pour(lake, draw()[:150])
    assert read_drivers(lake, "effective", Source.OPERATIONS, until=UNTIL) is None
    assert read_drivers(lake, "trust", Source.OPERATIONS, until=UNTIL) is None
    assert read_turnings(lake, until=UNTIL) == []


def test_what_was_answered_before_the_year_does_not_count(lake: Lake) -> None:
    pour(lake, draw())
    assert read_drivers(lake, "effective", Source.OPERATIONS, until=date(2027, 6, 1)) is None


@pytest.mark.parametrize("shape", ["step", "flat"])
def test_the_place_where_customers_turn_is_found_beside_what_was_promised(lake: Lake, shape: str) -> None:
    rng = np.random.default_rng(5)
    waits = rng.lognormal(1.0, 0.5, 2_000)
    yes = rng.random(2_000) < np.where((waits > 4.0) & (shape == "step"), 0.5, 0.9)
    lake.record(
        "outcomes",
        [
            {
                "id": f"{number}",
                "interaction_id": f"{number}",
                "at": START - timedelta(days=40),
                "source": "event",
                "promise": "delivery",
                "promised_at": START - timedelta(days=40),
                "due_at": START - timedelta(days=33),
                "kept_at": START - timedelta(days=40 - float(wait)),
            }
            for number, wait in enumerate(waits)
        ],
    )
    lake.record("answers", [told(f"{number}", "effective", float(one)) for number, one in enumerate(yes)])
    (turning,) = read_turnings(lake, until=UNTIL)
    assert turning.threshold.is_real == (shape == "step")
    found = judge(examine_thresholds(lake, until=UNTIL)).findings
    assert [finding.key for finding in found] == (["threshold:promise:delivery"] if shape == "step" else [])
    assert turning.promised == pytest.approx(7.0)
    assert sum(point.yes.n for point in turning.points) == 2_000
    if shape == "step":
        assert turning.threshold.kind == "step"
        assert turning.threshold.at.value == pytest.approx(4.0, rel=0.03)


# The null control: a published table of tickets whose ratings depend on nothing


def test_on_ratings_that_depend_on_nothing_nothing_matters(lake: Lake, shared_data: Path) -> None:
    with gzip.open(shared_data / "support_tickets_csat" / "customer_support_tickets.csv.gz", "rt") as file:
        tickets = [row for row in csv.DictReader(file) if row["Customer Satisfaction Rating"]]
    lake.record(
        "interactions",
        [
            {
                "id": row["Ticket ID"],
                "interaction_id": row["Ticket ID"],
                "at": START,
                "source": "ticket",
                "opened_at": START,
                "closed_at": START + timedelta(minutes=1 + minute_of(row["Time to Resolution"])),
            }
            for row in tickets
        ],
    )
    ratings = [
        told(row["Ticket ID"], "csat", float(row["Customer Satisfaction Rating"]), scale_min=1.0, scale_max=5.0)
        | {"channel": row["Ticket Channel"], "touchpoint": row["Ticket Type"]}
        for row in tickets
    ]
    lake.record("answers", ratings)
    found = read(lake, Source.OPERATIONS, "csat")
    assert found.found.n == len(tickets) > 2_000
    assert found.real == ()
    assert isinstance(found.found.r2, Estimate)
    assert {one.name for one in (*found.negligible, *found.undecided)} == {"duration", "channel", "touchpoint"}
    examined = [*examine_drivers(lake, until=UNTIL), *examine_thresholds(lake, until=UNTIL)]
    assert judge(examined).findings == ()


def minute_of(text: str) -> int:
    """Minutes into the day at which a ticket was resolved, as the table says it."""
    return int(text[11:13]) * 60 + int(text[14:16])
