"""Long waits, wrong turns, passings-on and repetitions after which customers say yes less often."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from untilyes.analysis.breaks import open_log, read_turns, read_waits
from untilyes.analysis.findings import Judgement, Trail, judge
from untilyes.analysis.findings.breaks import examine_breaks
from untilyes.analysis.findings.broken import examine_broken_promises
from untilyes.analysis.findings.rows import NoSuchRows, read_rows
from untilyes.lake import Lake

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
UNTIL = date(2026, 9, 1)
HOUR = timedelta(hours=1)


def record(lake: Lake, journeys: list[tuple[list[tuple[str, float, str]], bool]]) -> None:
    """Each journey: its steps (activity, hours since it began, team), and whether its customer said yes."""
    events, answers = [], []
    for number, (steps, yes) in enumerate(journeys):
        begun, about = AT + number * HOUR / 4, f"i{number}"
        common = {"interaction_id": about, "customer_id": f"c{number}", "source": "event"}
        for place, (activity, hours, team) in enumerate(steps):
            at = begun + hours * HOUR
            told = {"id": f"{about}:{place}", "at": at, "activity": activity, "process_id": about, "team": team or None}
            events.append(common | told)
        end = begun + (steps[-1][1] + 1) * HOUR
        told = {"id": about, "at": end, "question": "effective", "value": float(yes), "scale_min": 0, "scale_max": 1}
        answers.append(common | told | {"source": "survey"})
    lake.record("events", events)
    lake.record("answers", answers)


def look(lake: Lake) -> Judgement:
    return judge([*examine_breaks(lake, until=UNTIL), *examine_broken_promises(lake, until=UNTIL)])


def keys(judged: Judgement) -> set[str]:
    return {finding.key for finding in judged.findings}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path, zone="UTC")


def test_a_long_wait_between_two_steps_is_found_with_both_shares_as_counted_by_hand(lake: Lake) -> None:
    rng = np.random.default_rng(1)
    slow = np.arange(400) % 4 == 0
    yes = rng.random(400) < np.where(slow, 0.5, 0.9)
    record(
        lake,
        [
            ([("asked", 0, ""), ("answered", 50 if late else 2, "")], bool(said))
            for late, said in zip(slow, yes, strict=True)
        ],
    )
    (finding,) = look(lake).findings
    assert finding.key == "journey:wait:asked>answered"
    waited, others = (figure.estimate for figure in finding.figures)
    assert [waited.value, others.value] == pytest.approx([yes[slow].mean(), yes[~slow].mean()])
    assert (waited.n, others.n) == (100, 300)


def test_its_rows_are_the_journeys_that_waited_and_no_others(lake: Lake) -> None:
    record(lake, [([("asked", 0, ""), ("answered", 50 if n % 8 == 0 else 2, "")], n % 8 != 0) for n in range(320)])
    (finding,) = look(lake).findings
    assert finding.rows is not None
    rows = read_rows(lake, finding.rows, until=UNTIL)
    assert len(rows.rows) == 40
    assert {row[2] for row in rows.rows} == {"2 days"}
    assert {int(str(person)[1:]) % 8 for person in rows.people} == {0}
    with pytest.raises(NoSuchRows):
        read_rows(lake, Trail("gossip"), until=UNTIL)


def test_what_was_said_before_the_wait_was_over_is_no_answer_to_it(lake: Lake) -> None:
    record(lake, [([("asked", 0, ""), ("answered", 2, "")], True) for _ in range(250)])
    lake.record("events", [
        {"id": f"late{n}", "at": AT + n * HOUR / 4 + 90 * HOUR, "source": "event", "activity": "invoice sent",
         "process_id": f"i{n}", "interaction_id": f"i{n}"} for n in range(250)
    ])  # fmt: skip
    log = open_log(lake, until=UNTIL)
    assert log is not None
    assert all(wait.after != "invoice sent" for wait in read_waits(log))


def test_a_wait_that_a_broken_promise_accounts_for_is_told_as_that_promise(lake: Lake) -> None:
    late = [n % 4 == 0 for n in range(400)]
    record(
        lake,
        [
            ([("ordered", 0, ""), ("delivered", 60 if one else 20, "")], n % 10 > (6 if one else 0))
            for n, one in enumerate(late)
        ],
    )
    begun = [AT + n * HOUR / 4 for n in range(400)]
    lake.record("outcomes", [
        {"id": f"o{n}", "at": at, "promised_at": at, "due_at": at + 48 * HOUR,
         "kept_at": at + (60 if one else 20) * HOUR, "source": "event", "promise": "delivery",
         "interaction_id": f"i{n}"}
        for n, (at, one) in enumerate(zip(begun, late, strict=True))
    ])  # fmt: skip
    judged = look(lake)
    assert keys(judged) == {"broken:delivery"}
    assert any("waited longer" in also for also in judged.findings[0].also)


@pytest.mark.parametrize(
    ("way", "key"),
    [
        ([("asked", 0, "desk"), ("transferred", 1, "desk"), ("answered", 2, "desk")], "journey:step:asked>transferred"),
        ([("asked", 0, "desk"), ("answered", 2, "legal")], "journey:handoff:desk>legal"),
        ([("asked", 0, "desk"), ("answered", 1, "desk"), ("answered", 2, "desk")], "journey:step:answered>answered"),
        ([("asked", 0, "desk"), ("answered", 1, "desk"), ("asked", 2, "desk"), ("answered", 3, "desk")],
         "journey:step:answered>asked"),
    ],
    ids=["a wrong turn", "a passing on", "done twice in a row", "back to the start"],
)  # fmt: skip
def test_each_way_that_costs_a_yes_is_one_finding(way: list[tuple[str, float, str]], key: str, lake: Lake) -> None:
    rng = np.random.default_rng(2)
    plain = [("asked", 0.0, "desk"), ("answered", 2.0, "desk")]
    bad = [n % 4 == 0 for n in range(400)]
    record(lake, [(way if one else plain, bool(rng.random() < (0.5 if one else 0.92))) for one in bad])
    assert keys(look(lake)) == {key}


def test_a_way_that_only_leads_to_the_wait_is_another_sight_of_it(lake: Lake) -> None:
    rng = np.random.default_rng(3)
    journeys = []
    for n in range(600):
        passed, slow = n % 2 == 0, n % 4 == 0
        steps = [
            ("asked", 0.0, ""),
            *([("supplier asked", 1.0, "")] if passed else []),
            ("answered", 70.0 if slow else 3.0, ""),
        ]
        journeys.append((steps, bool(rng.random() < (0.45 if slow else 0.92))))
    record(lake, journeys)
    judged = look(lake)
    assert keys(judged) == {"journey:wait:supplier asked>answered"}
    assert any("was followed by “supplier asked”" in also for also in judged.findings[0].also)


def test_what_takes_longer_on_a_channel_that_fares_worse_anyway_is_not_blamed_on_the_wait(lake: Lake) -> None:
    rng = np.random.default_rng(5)
    by_mail = rng.random(900) < 0.5
    waits = np.where(by_mail, rng.uniform(10, 40, 900), rng.uniform(1, 12, 900))
    yes = rng.random(900) < np.where(by_mail, 0.6, 0.92)
    record(lake, [([("asked", 0, ""), ("answered", float(w), "")], bool(y)) for w, y in zip(waits, yes, strict=True)])
    assert len(look(lake).findings) == 1, "with nothing known of the channel, the wait is all there is to see"
    channels = [("email", "phone")[not mail] for mail in by_mail]
    events = lake.fetch(lambda: lake.read("events")).drop_columns(["ingested_at", "month"]).to_pylist()
    lake.record("events", [event | {"channel": channels[int(event["interaction_id"][1:])]} for event in events])
    assert look(lake).findings == ()


def test_of_journeys_whose_customers_answer_by_chance_nothing_is_told(lake: Lake) -> None:
    told = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        where = Lake(lake.path / str(seed), zone="UTC")
        record(where, [
            ([("asked", 0.0, "desk"), *([("supplier asked", 1.0, "desk")] if rng.random() < 0.5 else []),
              ("answered", float(2 + rng.exponential(20)), "desk" if rng.random() < 0.7 else "legal")],
             bool(rng.random() < 0.8)) for _ in range(400)
        ])  # fmt: skip
        told += len(look(where).findings)
    assert told <= 1


def test_too_few_answers_say_nothing(lake: Lake) -> None:
    record(lake, [([("asked", 0, ""), ("answered", 50 if n % 4 == 0 else 2, "")], n % 4 != 0) for n in range(100)])
    assert open_log(lake, until=UNTIL) is None
    assert look(lake).findings == ()


def test_every_turn_is_compared_with_those_who_came_to_the_same_step(lake: Lake) -> None:
    record(lake, [([("asked", 0, ""), (("sent", "called")[n % 2], 1, "")], True) for n in range(300)])
    log = open_log(lake, until=UNTIL)
    assert log is not None
    turns = {(turn.before, turn.after): turn for turn in read_turns(log) if turn.kind == "step"}
    assert {turn.change.before.n + turn.change.after.n for turn in turns.values()} == {300}
