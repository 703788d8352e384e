"""Facts made up for tests: one at a time, or many at random."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

Fact = dict[str, Any]

# The clocks of Berlin go forward inside this stretch, and two months end.
START = datetime(2026, 2, 20, tzinfo=UTC)
DAYS = 50


def fact(name: str, at: datetime, **more: Any) -> Fact:
    """The envelope of one fact."""
    return {"id": name, "at": at, "source": "survey", "customer_id": f"customer-{name}", **more}


def answer(name: str, question: str, value: float | None, *, at: datetime = START, top: int = 1, **more: Any) -> Fact:
    """One answer, on a scale from 0 to `top` unless `scale_min` says otherwise."""
    scale = {"scale_min": 0.0, "scale_max": float(top), "higher_is_better": True}
    return fact(name, at, question=question, value=value, **(scale | more))


def outcome(name: str, *, due: float, kept: float | None, at: datetime = START, **more: Any) -> Fact:
    """One promise given at `at`; `due` and `kept` are days later."""
    kept_at = None if kept is None else at + timedelta(days=kept)
    return fact(
        name,
        at,
        **({"promise": "delivery", "promised_at": at, "due_at": at + timedelta(days=due), "kept_at": kept_at} | more),
    )


def case(
    name: str, *, yes: float | None = None, ended: float | None = None, how: str | None = None, **more: Any
) -> Fact:
    """One case; `yes` and `ended` are days after it was opened."""
    at = more.pop("at", START)
    ends = {"yes_at": yes, "ended_at": yes if ended is None else ended}
    told = {key: None if days is None else at + timedelta(days=days) for key, days in ends.items()}
    return fact(
        name, at, case_id=name, opened_at=at, ended_how=how or ("yes" if yes is not None else None), **(told | more)
    )


SCALES = {
    "effective": (0, 1), "got_it": (0, 1), "good_job": (0, 1), "timely": (0, 1), "complete": (0, 1),
    "courteous": (0, 1), "trust": (0, 2), "nps": (0, 10), "csat": (1, 5), "ces": (1, 7),
}  # fmt: skip


def invent(rng: np.random.Generator, size: int, *, days: int = DAYS, since: datetime = START) -> dict[str, list[Fact]]:
    """Facts of every table at random. Ids come from a small stock, so that two calls correct each other."""
    return {
        "answers": [_answer(rng, since, days) for _ in range(4 * size)],
        "comments": [_comment(rng, since, days) for _ in range(size)],
        "events": [_invitation(rng, since, days) for _ in range(size)],
        "outcomes": [_outcome(rng, since, days) for _ in range(size)],
        "cases": [_case(rng, since, days) for _ in range(size)],
    }


def _envelope(rng: np.random.Generator, since: datetime, days: int) -> Fact:
    return {
        "id": f"fact-{rng.integers(0, 4000)}",
        "at": since + timedelta(seconds=float(rng.random()) * days * 86_400),
        "source": _one(rng, ["survey", "survey", "review", "chat"]),
        "customer_id": f"customer-{rng.integers(0, 60)}",
        "interaction_id": _one(rng, [None, *(f"interaction-{rng.integers(0, 300)}" for _ in range(5))]),
        "channel": _one(rng, [None, "email", "phone", "web"]),
        "touchpoint": _one(rng, [None, "delivery", "refund"]),
        "team": _one(rng, [None, "Anna's", "Refunds"]),
    }


def _answer(rng: np.random.Generator, since: datetime, days: int) -> Fact:
    question = _one(rng, list(SCALES))
    low, high = SCALES[question]
    if question == "csat" and rng.random() < 0.3:
        low, high = 0, 10
    value = None if rng.random() < 0.05 else float(rng.integers(low, high + 1))
    about = _envelope(rng, since, days)
    return about | {
        "question": question, "value": value, "scale_min": low, "scale_max": high,
        "higher_is_better": _one(rng, [True, True, None, False]) if question in {"csat", "ces"} else True,
        "response_id": f"response-{rng.integers(0, 500)}",
    }  # fmt: skip


def _comment(rng: np.random.Generator, since: datetime, days: int) -> Fact:
    response = _one(rng, [None, f"response-{rng.integers(0, 500)}"])
    return _envelope(rng, since, days) | {"text": _one(rng, ["", "words", "more words"]), "response_id": response}


def _invitation(rng: np.random.Generator, since: datetime, days: int) -> Fact:
    return _envelope(rng, since, days) | {
        "activity": _one(rng, ["invitation", "invitation", "login"]), "amount": _one(rng, [None, 0.0, 1.0])
    }  # fmt: skip


def _outcome(rng: np.random.Generator, since: datetime, days: int) -> Fact:
    about = _envelope(rng, since, days)
    due = _one(rng, [None, *(about["at"] + timedelta(days=float(rng.random()) * 9) for _ in range(6))])
    kept = _one(rng, [None, *(about["at"] + timedelta(days=float(rng.random()) * 12) for _ in range(4))])
    return about | {
        "promise": _one(rng, ["delivery", "refund"]), "due_at": due, "kept_at": kept,
        "was_kept": _one(rng, [None, True, False]) if due is None else None,
    }  # fmt: skip


def _case(rng: np.random.Generator, since: datetime, days: int) -> Fact:
    about = _envelope(rng, since, days)
    how = _one(rng, [None, "yes", "yes", "unreachable", "duplicate"])
    ended = None if how is None else about["at"] + timedelta(days=float(rng.random()) * 20)
    return about | {
        "case_id": about["id"], "opened_at": about["at"], "ended_at": ended, "ended_how": how,
        "yes_at": ended if how == "yes" else None,
    }  # fmt: skip


def _one(rng: np.random.Generator, options: list[Any]) -> Any:
    return options[int(rng.integers(0, len(options)))]
