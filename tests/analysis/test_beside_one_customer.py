"""One customer held against all others: the usual path of their journeys, and the box they stand in."""

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.test_journeys import START, log_of, step
from untilyes.analysis.beside import read_events_of
from untilyes.analysis.engagement import Doing, Feeling, count_doing, place_customer, read_crowd
from untilyes.analysis.journeys import Stray, list_strays, list_strays_of, open_log, read_map, read_usual_paths
from untilyes.analysis.journeys.usual import hold_against
from untilyes.lake import Lake
from untilyes.stats.engagement import Box

UNTIL = date(2026, 5, 4)
TOLD = ("journey", "customer", "about", "since", "done", "wanted", "last", "last_at", "is_over")


def random_log(folder: Path, seed: int) -> Lake:
    """300 orders of a → b → c, some of them astray or stuck, and 40 repairs of x → y; a customer each."""
    rng = np.random.default_rng(seed)
    lake, rows = Lake(folder, zone="UTC"), []
    for number in range(300):
        letters = "abc" if rng.random() < 0.85 else "".join(rng.choice(list("abcd"), size=rng.integers(1, 5)))
        at = int(rng.integers(0, 60 * 24 * 30))
        for place, letter in enumerate(letters):
            rows.append(step(f"o{number}", letter, at, place, customer_id=f"c{number}", interaction_id=f"i{number}"))
            at += int(rng.integers(1, 600))
    for number in range(40):
        for place, letter in enumerate("xy" if number else "x"):
            rows.append(step(f"r{number}", letter, 50 * place - 500 * (not number), place, customer_id=f"c{number}"))
    lake.record("events", rows)
    return lake


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_customer_s_exceptions_are_those_of_the_whole_list(tmp_path: Path, seed: int) -> None:
    lake = random_log(tmp_path, seed)
    usual = read_usual_paths(lake)
    assert [path.steps for path in usual.paths] == [("a", "b", "c"), ("x", "y")]
    assert not usual.are_shared
    events = read_events_of(lake, [f"c{n}" for n in range(300)])
    for path in usual.paths:
        with open_log(lake, process=path.process) as log:
            listed = list_strays(log, read_map(log).paths[0], limit=1_000)
            (newest,) = log.fetch(log.steps.aggregate(at=log.steps["at"].max()))
        at = datetime.fromtimestamp(newest["at"] / 1e6, START.tzinfo)
        assert len(listed.rows) == listed.strayed + listed.standing > 0
        found = {stray.journey: stray for one, stray in list_strays_of(events, usual, at=at) if one == path}
        assert {key: told(one) for key, one in found.items()} == {
            one.journey: told(one) for one in listed.rows if not one.is_over
        }


def told(stray: Stray) -> dict[str, Any]:
    return {name: getattr(stray, name) for name in TOLD}


def test_where_no_path_is_the_rule_nothing_is_an_exception(tmp_path: Path) -> None:
    ways = ["abc", "acb", "bac", "bca", "cab"]
    assert read_usual_paths(log_of(tmp_path, *ways * 20)).paths == ()


def test_too_few_journeys_make_no_rule(tmp_path: Path) -> None:
    assert read_usual_paths(log_of(tmp_path, *["ab"] * 29)).paths == ()


def test_a_journey_is_late_only_once_nine_in_ten_had_the_next_step(tmp_path: Path) -> None:
    (path,) = read_usual_paths(log_of(tmp_path, *["ab"] * 40)).paths
    begun = [{"activity": "a", "at": START, "process_id": "p", "customer_id": "c", "interaction_id": None}]
    assert hold_against(path, begun, at=START + timedelta(minutes=10)) is None
    late = hold_against(path, begun, at=START + timedelta(minutes=11))
    assert late is not None
    assert (late.stands_still, late.wanted, late.since) == (True, "b", START)


def test_what_was_last_done_more_than_a_year_ago_is_left_in_peace(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["ab"] * 40)
    lake.record("events", [step("late", "a", 0, 0, customer_id="cleo")])
    usual = read_usual_paths(lake)
    events = read_events_of(lake, ["cleo"])
    assert len(list_strays_of(events, usual, at=START + timedelta(days=300))) == 1
    assert list_strays_of(events, usual, at=START + timedelta(days=370)) == []


def test_a_step_that_names_nobody_belongs_to_the_journey_all_the_same(tmp_path: Path) -> None:
    lake = log_of(tmp_path, *["ab"] * 40)
    lake.record("events", [step("own", "a", 0, 0, customer_id="cleo"), step("own", "b", 1, 1)])
    usual = read_usual_paths(lake)
    assert usual.are_shared
    events = read_events_of(lake, ["cleo"], with_others=usual.are_shared)
    assert [one["activity"] for one in events] == ["a", "b"]
    assert list_strays_of(events, usual, at=START + timedelta(days=9)) == []


def crowd_of(folder: Path, *, yes: float = 0.8) -> Lake:
    """100 customers of old; number n logged in on n days, and a share of them said yes."""
    lake, then = Lake(folder, zone="UTC"), datetime(2026, 4, 1, 12, tzinfo=START.tzinfo)
    facts = {"source": "event", "channel": "web"}
    lake.record("customers", [
        facts | {"id": f"k{n}", "customer_id": f"c{n}", "at": then, "joined_at": then - timedelta(days=900)}
        for n in range(100)
    ])  # fmt: skip
    lake.record("events", [
        facts | {"id": f"e{n}-{day}", "customer_id": f"c{n}", "at": then - timedelta(days=day), "activity": "login"}
        for n in range(100) for day in range(n)
    ])  # fmt: skip
    lake.record("answers", [
        facts | {"id": f"a{n}", "customer_id": f"c{n}", "at": then, "question": "effective",
                 "value": float(n < 100 * yes)}
        for n in range(100)
    ])  # fmt: skip
    return lake


def test_somebody_is_placed_by_what_they_do_and_what_they_say(tmp_path: Path) -> None:
    lake = crowd_of(tmp_path)
    crowd = read_crowd(lake, until=UNTIL)
    keen, quiet = (count_doing(read_events_of(lake, [who]), crowd, zone="UTC") for who in ("c99", "c0"))
    assert (keen.days, keen.ways, quiet.days) == (99, 1, 0)
    likes, dislikes = Feeling(5, 5, 2.0, None), Feeling(0, 5, 0.0, 3.0)
    boxes = [
        place_customer(crowd, does, feels, is_newcomer=False) for does in (keen, quiet) for feels in (likes, dislikes)
    ]
    assert [one.chances[0][0] if one else None for one in boxes] == [Box.ENGAGED, Box.CAPTIVE, Box.FAN, Box.DISTANT]
    assert boxes[0] is not None
    assert (boxes[0].does_among, boxes[0].feels_among) == (100, 100)


def test_a_house_everybody_says_no_to_has_no_fans_and_one_everybody_says_yes_to_no_captives(tmp_path: Path) -> None:
    for share, said, box in ((0.0, 0, Box.CAPTIVE), (1.0, 1, Box.ENGAGED)):
        lake = crowd_of(tmp_path / str(share), yes=share)
        crowd = read_crowd(lake, until=UNTIL)
        placed = place_customer(crowd, Doing(99, 33.0, 1), Feeling(said, 1, None, None), is_newcomer=False)
        assert placed is not None
        assert placed.chances[0][0] is box


def test_nobody_is_placed_whose_feelings_are_unknown_or_among_too_few(tmp_path: Path) -> None:
    crowd = read_crowd(crowd_of(tmp_path), until=UNTIL)
    busy = Doing(50, 1.0, 2)
    assert place_customer(crowd, busy, Feeling(0, 0, None, None), is_newcomer=False) is None
    assert place_customer(crowd, busy, Feeling(1, 1, None, None), is_newcomer=True) is None, "there are no newcomers"
    assert read_crowd(Lake(tmp_path / "empty"), until=UNTIL).feelings is None


def test_the_year_counts_and_nothing_before_or_after_it(tmp_path: Path) -> None:
    lake = crowd_of(tmp_path)
    crowd = read_crowd(lake, until=UNTIL)
    facts = {"customer_id": "c0", "source": "event", "activity": "purchase", "channel": "store"}
    moments = [crowd.since - timedelta(days=1), crowd.since, UNTIL - timedelta(days=1), UNTIL]
    lake.record("events", [
        facts | {"id": f"x{n}", "at": datetime(day.year, day.month, day.day, 12, tzinfo=START.tzinfo)}
        for n, day in enumerate(moments)
    ])  # fmt: skip
    assert count_doing(read_events_of(lake, ["c0"]), crowd, zone="UTC") == Doing(2, 0.0, 1)


def test_what_one_did_is_counted_as_everybody_s_was(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    lake, zone = Lake(tmp_path, zone="Pacific/Auckland"), "Pacific/Auckland"
    lake.record("events", [
        {"id": f"e{n}", "customer_id": f"c{n % 60}", "source": "event", "at": START - timedelta(hours=int(hours)),
         "activity": str(rng.choice(["login", "purchase", "visit", "delivered"])),
         "channel": str(rng.choice(["web", "store"]))}
        for n, hours in enumerate(rng.integers(0, 24 * 500, size=400))
    ])  # fmt: skip
    crowd = read_crowd(lake, until=UNTIL)
    assert crowd.others is not None
    own = [count_doing(read_events_of(lake, [f"c{n}"]), crowd, zone=zone) for n in range(60)]
    own = [one for one in own if one.days]
    for place, name in enumerate(("days", "silence", "ways")):
        counted = dict(zip(crowd.others.values[place], crowd.others.counts[place], strict=True))
        assert counted == Counter(float(getattr(one, name)) for one in own)
