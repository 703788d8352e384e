"""Answers laid against margins: the engine counts, per bin of margin, how many there are and how many are a yes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from untilyes.analysis.margins.curve import MarginCurve
from untilyes.analysis.margins.drawing import lay_curve
from untilyes.analysis.margins.promised import read_settled
from untilyes.analysis.measures.reading import FLOOR
from untilyes.lake import Lake

OUTCOMES: Final = ("effective", "got_it", "good_job", "trust", "csat", "ces", "nps")
"""The questions whose answers a margin may be laid against, the steering ones first."""

REMEMBERED: Final = timedelta(days=90)
"""An answer about no particular interaction is laid against the latest promise settled within this time before it."""

NOTES: Final = (
    "An association: what makes a delivery late may also make customers unhappy in other ways.",
    "An interaction counts with its first answer.",
)


def read_margin_curve(
    lake: Lake, promise: str, *, outcome: str = "effective", since: date | None = None, until: date | None = None
) -> MarginCurve:
    """Lay one outcome's answers against the margin of one promise given from `since` to the day before `until`.

    An answer belongs to the promise of its interaction. An answer about no interaction belongs to the customer's latest
    promise that was settled within the `REMEMBERED` days before. Points carry Wilson's interval, the cliff Newcombe's;
    the plateau begins at the knee of a logistic model that is flat beyond it (`stats.thresholds.find_knee`). Answers on
    several scales are never mixed: the scale most answers were given on is taken. Raises ValueError for other outcomes.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome to lay a margin against; use one of {', '.join(OUTCOMES)}.")
    rows = lake.fetch(lambda: _histogram(lake, promise, (outcome,), (since, until))).to_pylist()
    scales: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        scales[row["scale"]].append(row)
    if not scales:
        return lay_curve(promise, outcome, [], notes=NOTES)
    largest = max(sorted(scales), key=lambda scale: sum(row["n"] for row in scales[scale]))
    return lay_curve(promise, outcome, scales[largest], scale=largest, notes=NOTES)


def outcomes_available(lake: Lake, promise: str) -> tuple[str, ...]:
    """The outcomes that enough customers have answered about this promise to show, in the order of `OUTCOMES`."""
    rows = lake.fetch(lambda: _histogram(lake, promise, OUTCOMES, (None, None))).to_pylist()
    answered: dict[str, int] = defaultdict(int)
    for row in rows:
        answered[row["question"]] += row["n"]
    return tuple(name for name in OUTCOMES if answered[name] >= FLOOR)


def _histogram(lake: Lake, promise: str, outcomes: Sequence[str], span: tuple[date | None, date | None]) -> ir.Table:
    """Additive counts: question, scale, whether kept, bin of margin (null: not delivered), whether yes → n."""
    promises, answers = read_settled(lake, promise, span), _answers(lake, outcomes)
    pairs = ibis.union(_by_interaction(promises, answers), _by_customer(promises, answers), distinct=False)
    turn = ibis.row_number().over(
        group_by=pairs["answer_id"], order_by=[pairs["settled_at"].desc(), pairs["promise_id"]]
    )
    pairs = pairs.mutate(turn=turn)
    pairs = pairs.filter(pairs["turn"] == 0)
    keys = ("question", "scale", "is_kept", "bin", "is_yes")
    return pairs.group_by(*keys).aggregate(n=pairs.count())


def _answers(lake: Lake, outcomes: Sequence[str]) -> ir.Table:
    """One row per answer: of each interaction the first one, whether it is a yes, and its scale."""
    answers = lake.read("answers")
    low, high, value = (answers[name] for name in ("scale_min", "scale_max", "value"))
    answers = answers.filter(answers["question"].isin(outcomes), value.between(low, high), high > low)
    good = (answers["higher_is_better"] == False).ifelse(low + high - value, value)  # noqa: E712 - null is not false
    # Two or three possible answers: only the best is a yes. More: the two best.
    best = (high - low <= 2).ifelse(high, high - 1)
    about = answers["interaction_id"].coalesce(answers["id"])
    turn = ibis.row_number().over(group_by=[answers["question"], about], order_by=[answers["at"], answers["id"]])
    shaped = answers.select(
        answer_id=answers["id"],
        said_by=answers["customer_id"],
        said_about=answers["interaction_id"],
        said_at=answers["at"],
        question=answers["question"],
        scale=low.cast("int64").cast("string") + ".." + high.cast("int64").cast("string"),
        is_yes=good >= best,
        first=turn,
    )
    return shaped.filter(shaped["first"] == 0).drop("first")


PAIR: Final = ("answer_id", "question", "scale", "is_yes", "promise_id", "settled_at", "is_kept", "bin")


def _by_interaction(promises: ir.Table, answers: ir.Table) -> ir.Table:
    """Answers about the interaction of the promise, unless it was neither delivered nor due by then."""
    pairs = answers.join(promises, answers["said_about"] == promises["promise_about"])
    return pairs.filter(pairs["kept_at"].notnull() | (pairs["due_at"] < pairs["said_at"])).select(*PAIR)


def _by_customer(promises: ir.Table, answers: ir.Table) -> ir.Table:
    """Answers about no interaction, or promises made about none: the customer's promises settled shortly before."""
    pairs = answers.join(promises, answers["said_by"] == promises["promise_to"])
    recent = ibis.interval(seconds=int(REMEMBERED.total_seconds()))
    return pairs.filter(
        pairs["said_about"].isnull() | pairs["promise_about"].isnull(),
        pairs["settled_at"] <= pairs["said_at"],
        pairs["said_at"] <= pairs["settled_at"] + recent,
    ).select(*PAIR)
