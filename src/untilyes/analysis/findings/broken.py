"""What a broken promise costs, for each promise whose customers also answered."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import ibis.expr.types as ir

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Tone, Trail
from untilyes.analysis.findings.people import who_was_let_down
from untilyes.analysis.findings.wording import capital
from untilyes.lake import Lake
from untilyes.stats.changes import compare_shares
from untilyes.stats.results import Change

DAYS = 365
FEWEST = 20
MATTERS = 0.03
_MONTHS = 12.0


def examine_broken_promises(lake: Lake, *, until: date) -> Iterator[Candidate]:
    """One candidate per promise: do customers to whom it was broken say yes less often than those it was kept to?"""
    since = until - timedelta(days=DAYS)
    for promise, (kept, broken, outcomes) in sorted(_count(lake, since, until).items()):
        if min(kept[1], broken[1]) < FEWEST:
            continue
        change = compare_shares(kept, broken)
        matters = (change.delta or 0.0) <= -MATTERS
        tell = partial(_tell, promise, change, outcomes, since, until)
        people = who_was_let_down(lake, (promise,), until=until)
        yield Candidate(f"broken:{promise}", change.p, matters, tell, people=people)


def _tell(promise: str, change: Change, broken: int, since: date, until: date) -> Finding:
    name = promise.replace("_", " ")
    a_month = round(broken / _MONTHS)
    return Finding(
        kind=Kind.BROKEN_PROMISE,
        key=f"broken:{promise}",
        sentence=f"{capital(name)}: where the promise was broken {change.after.brief()} said yes, where it was kept "
        f"{change.before.brief()}. It is broken about {a_month:,} times a month.",
        tone=Tone.WORSE,
        customers=a_month,
        effect=abs(change.delta or 0.0),
        action="See on its page beyond which margin answers are no better, and where they get worse; aim there.",
        change=change,
        figures=(Figure("said yes, broken", change.after), Figure("said yes, kept", change.before)),
        look=Look("promise_kept", ("month",), {"promise": promise}, since, until),
        watch=Trail("measure", {"measure": "promise_kept", "promise": promise}),
        notes=("Answers to both questions about the interaction the promise was made in, over the last year.",),
    )


def _count(lake: Lake, since: date, until: date) -> dict[str, tuple[tuple[float, float], tuple[float, float], int]]:
    """promise → (yes, answers) where kept, the same where broken, and how often it was broken."""

    end = datetime.combine(until, time(), ZoneInfo(lake.zone))

    def question() -> ir.Table:
        outcomes, answers = lake.read_with_day("outcomes"), lake.read("answers")
        given = outcomes.filter(outcomes["day"] >= since, outcomes["day"] < until)
        due = (given["kept_at"] > given["due_at"]) | (given["kept_at"].isnull() & (given["due_at"] < end))
        over = given.mutate(broken=due).filter(given["kept_at"].notnull() | due)
        said = answers.filter(answers["question"] == "effective").select(
            about="interaction_id", yes="value", said_at="at"
        )
        # What was said before the promise was made (the no that a case began with) is no answer to how it was kept.
        joined = over.left_join(said, [over["interaction_id"] == said["about"], said["said_at"] > over["promised_at"]])
        return joined.group_by("promise", "broken").aggregate(
            yes=(joined["yes"] == 1).sum(), answers=joined["yes"].count(), outcomes=joined["id"].nunique()
        )

    found: dict[str, tuple[tuple[float, float], tuple[float, float], int]] = {}
    sides: dict[tuple[str, bool], tuple[float, float, int]] = {
        (row["promise"], bool(row["broken"])): (float(row["yes"] or 0), float(row["answers"]), int(row["outcomes"]))
        for row in lake.fetch(question).to_pylist()
    }
    nothing = (0.0, 0.0, 0)
    for promise in {name for name, _ in sides}:
        kept, broken = sides.get((promise, False), nothing), sides.get((promise, True), nothing)
        found[promise] = (kept[0], kept[1]), (broken[0], broken[1]), broken[2]
    return found
