"""Tasks counted from the lake: against counts by hand, with time before and after kept apart."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from untilyes.analysis.tasks import read_tasks
from untilyes.lake import Lake
from untilyes.stats.results import Verdict

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def came(name: str, task: str, *, at: datetime, who: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "interaction_id": name, "customer_id": who, "at": at, "source": "ticket", "task": task,
        "opened_at": at, "touchpoint": "support",
    } | more  # fmt: skip


def said(name: str, value: int, *, at: datetime) -> dict[str, Any]:
    return {
        "id": f"{name}@{at:%j%H}", "interaction_id": name, "at": at, "source": "survey", "question": "effective",
        "value": float(value), "scale_min": 0.0, "scale_max": 1.0,
    }  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """80 refunds: 40 with a label sent before the answer, 36 of them yes; 40 without, 20 of them yes at last."""
    kept = Lake(tmp_path / "lake")
    began = [AT - 100 * DAY + n * HOUR for n in range(80)]
    episodes = [came(f"r{n}", "get_money_back", at=began[n], who=f"c{n}", contacts=1 + n % 2) for n in range(80)]
    answers = [said(f"r{n}", int(n < 36 or 40 <= n < 50), at=began[n] + DAY) for n in range(80)]
    answers += [said(f"r{n}", 1, at=began[n] + 5 * DAY) for n in range(50, 60)]
    events = [
        {
            "id": f"e{n}", "interaction_id": f"r{n}", "customer_id": f"c{n}", "source": "event",
            "at": began[n] + (HOUR if n < 40 else 9 * DAY), "activity": "label_sent",
        }
        for n in range(60)
    ]  # fmt: skip
    kept.record("interactions", episodes)
    kept.record("answers", answers)
    kept.record("events", events)
    return kept


def test_shares_are_those_counted_by_hand(lake: Lake) -> None:
    [figure] = read_tasks(lake, at=AT)
    assert (figure.episodes, figure.yes.n, figure.single.n) == (80, 80, 80)
    assert figure.yes.value == pytest.approx(56 / 80)
    assert figure.first_time.value == pytest.approx(46 / 80)
    assert figure.single.value == pytest.approx(0.5)


def test_a_step_after_the_last_answer_is_none(lake: Lake) -> None:
    [figure] = read_tasks(lake, at=AT)
    [step] = [one for one in figure.steps if one.step == "label_sent"]
    assert (step.change.after.n, step.change.before.n) == (40, 40)
    assert step.change.after.value == pytest.approx(36 / 40)
    assert step.change.before.value == pytest.approx(20 / 40)
    assert figure.best == step


def test_tasks_of_one_name_are_counted_together(lake: Lake) -> None:
    lake.record("interactions", [came(f"x{n}", "Refund!", at=AT - 50 * DAY, who=f"x{n}") for n in range(5)])
    [figure] = read_tasks(lake, at=AT, name=lambda _: "refund")
    assert figure.episodes == 85


def test_what_is_needed_as_well_is_compared_with_other_tasks(lake: Lake) -> None:
    label = [came(f"l{n}", "print a label", at=AT - 99 * DAY + n * HOUR, who=f"c{n}") for n in range(60)]
    other = [came(f"o{n}", "get an invoice", at=AT - 90 * DAY, who=f"o{n}") for n in range(60)]
    lake.record("interactions", label + other)
    refund = next(one for one in read_tasks(lake, at=AT) if one.task == "get_money_back")
    [also] = refund.also
    assert (also.task, also.change.verdict) == ("print a label", Verdict.BETTER)
    assert also.change.after.value == pytest.approx(60 / 80)


def test_an_empty_lake_has_no_tasks(tmp_path: Path) -> None:
    assert read_tasks(Lake(tmp_path / "empty"), at=AT) == ()


def test_a_missed_promise_is_never_the_best_step(lake: Lake) -> None:
    begun = AT - 100 * DAY
    late = [
        {
            "id": f"p{n}", "interaction_id": f"r{n}", "at": begun, "source": "ticket", "promise": "refund",
            "promised_at": begun, "due_at": begun + n * HOUR, "kept_at": begun + n * HOUR + HOUR / 2,
        }
        for n in range(40)
    ]  # fmt: skip
    lake.record("outcomes", late)
    [figure] = read_tasks(lake, at=AT)
    broken = [one for one in figure.steps if one.kind == "broken"]
    assert broken
    assert broken[0].change.verdict is Verdict.BETTER
    assert figure.best is not None
    assert figure.best.kind == "event"
