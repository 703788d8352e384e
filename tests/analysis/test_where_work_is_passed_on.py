"""Where no customer was asked, a look says what goes with broken promises: work passed on, work opened again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from untilyes.analysis.findings.handling import examine_handling
from untilyes.analysis.findings.judging import judge
from untilyes.analysis.findings.rows import read_rows
from untilyes.lake import Lake

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
UNTIL = date(2026, 6, 1)


def record(lake: Lake, kept_where: dict[int, float], *, each: int = 300) -> None:
    """So many matters per number of hand-offs over three months, of which that share kept their promise."""
    done: list[dict[str, Any]] = []
    promised: list[dict[str, Any]] = []
    for handoffs, share in kept_where.items():
        for n in range(each):
            at, name = START + timedelta(hours=7 * n), f"{handoffs}-{n}"
            about = {"at": at, "source": "ticket", "interaction_id": name, "customer_id": name}
            done.append({"id": name, "opened_at": at, "handoffs": handoffs, "reopens": 0, **about})
            promised.append(
                {"id": name, "promise": "sla", "promised_at": at, "was_kept": n % 100 < 100 * share, **about}
            )
    lake.record("interactions", done)
    lake.record("outcomes", promised)


def found(lake: Lake) -> dict[str, Any]:
    return {one.key: one for one in judge(examine_handling(lake, until=UNTIL)).findings}


def test_where_work_changed_hands_and_fewer_were_kept_it_is_told_with_its_rows(lake: Lake) -> None:
    record(lake, {0: 0.8, 1: 0.5, 2: 0.5})
    told = found(lake)
    assert set(told) == {"handling:sla:handoffs"}
    one = told["handling:sla:handoffs"]
    assert one.sentence.startswith("Promise “sla”: where work changed hands 50 % were kept, of the others 80 %.")
    assert [figure.estimate.n for figure in one.figures] == [600, 300]
    rows = read_rows(lake, one.rows, until=UNTIL)
    assert rows.heads == ("when", "interaction", "team", "times", "the promise")
    assert {row[3] for row in rows.rows} == {1, 2}


def test_where_it_makes_no_difference_nothing_is_told(lake: Lake) -> None:
    record(lake, {0: 0.7, 1: 0.7})
    assert found(lake) == {}


def test_what_changed_over_the_months_is_not_blamed_on_hand_offs(lake: Lake) -> None:
    """In the first month much is passed on and little kept, in the last little is passed on and much kept."""
    rng, done, promised = np.random.default_rng(5), [], []
    for month, (kept, passed_on) in enumerate(((0.3, 0.9), (0.9, 0.1))):
        for n in range(1000):
            at = START + timedelta(days=45 * month, minutes=n)
            about: dict[str, Any] = {
                "id": f"{month}-{n}",
                "at": at,
                "source": "ticket",
                "interaction_id": f"{month}-{n}",
            }
            done.append({**about, "opened_at": at, "handoffs": int(rng.random() < passed_on)})
            promised.append({**about, "promise": "sla", "promised_at": at, "was_kept": bool(rng.random() < kept)})
    lake.record("interactions", done)
    lake.record("outcomes", promised)
    assert found(lake) == {}


@pytest.mark.parametrize("answers", [200, 199], ids=["enough", "too few"])
def test_where_customers_were_asked_they_are_believed_and_not_the_clock(lake: Lake, answers: int) -> None:
    record(lake, {0: 0.8, 1: 0.5})
    lake.record(
        "events",
        [
            {
                "id": f"e{n}",
                "at": START,
                "source": "ticket",
                "activity": "x",
                "process_id": f"0-{n}",
                "interaction_id": f"0-{n}",
            }
            for n in range(answers)
        ],
    )
    lake.record(
        "answers",
        [
            {"id": f"a{n}", "at": START + timedelta(days=2), "source": "survey", "question": "effective", "value": 1.0,
             "interaction_id": f"0-{n}", "scale_min": 0.0, "scale_max": 1.0}
            for n in range(answers)
        ],
    )  # fmt: skip
    assert bool(found(lake)) is (answers < 200)
