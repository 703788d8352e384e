"""Facts gone wrong on purpose are found, each for what it is; facts in order are left in peace."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.analysis.test_findings_hold import UNTIL
from untilyes.analysis.findings import Finding
from untilyes.analysis.findings.judging import judge
from untilyes.analysis.findings.quality import examine_quality
from untilyes.analysis.findings.rows import read_rows
from untilyes.analysis.quality.arrivals import read_silences
from untilyes.analysis.quality.contents import find_new_scales, find_spellings
from untilyes.lake import Lake
from untilyes.sim import Company, Defect, simulate, spoil

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
LEARNED = datetime(2026, 11, 24, 9, tzinfo=UTC)


def look(lake: Lake, until: date = TODAY) -> dict[str, Finding]:
    return {finding.key: finding for finding in judge(examine_quality(lake, until=until)).findings}


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(until=UNTIL, seed=11)


@pytest.fixture(scope="module")
def spoilt(company: Company, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, tuple[Defect, ...]]:
    lake = Lake(tmp_path_factory.mktemp("lake"), zone="Europe/Berlin")
    wrong, defects = spoil(company, seed=11)
    for name, table in wrong.tables.items():
        lake.record(name, table)
    return lake, defects


def test_every_mishap_is_found_and_nothing_else_is_called_one(spoilt: tuple[Lake, tuple[Defect, ...]]) -> None:
    lake, defects = spoilt
    assert set(look(lake)) == {defect.key for defect in defects}


def test_each_says_how_much_is_wrong_of_how_much_and_what_to_do(spoilt: tuple[Lake, tuple[Defect, ...]]) -> None:
    found = look(spoilt[0])
    assert "since 15 October 2026: 40 days without a fact" in found["data:silent:review"].sentence
    assert "of answers do not say who since 12 October 2026" in found["data:unknown:answers:team"].sentence
    assert found["data:response:delivery"].figures[0].estimate.value == pytest.approx(0.42 * 0.33, abs=0.03)
    for finding in found.values():
        assert finding.figures
        assert finding.action
        assert all(figure.estimate.n > 0 for figure in finding.figures)


def test_what_is_impossible_or_twice_leads_to_its_rows(spoilt: tuple[Lake, tuple[Defect, ...]]) -> None:
    lake, found = spoilt[0], look(spoilt[0])
    closed = found["data:impossible:closed_early"]
    twice = found["data:twice:comments"]
    assert closed.rows is not None
    assert twice.rows is not None
    early = read_rows(lake, closed.rows, until=TODAY)
    again = read_rows(lake, twice.rows, until=TODAY)
    assert 0 < len(early.rows) <= early.limit
    assert all(int(row[-1]) > 1 for row in again.rows)


def test_facts_in_order_are_left_in_peace(company: Company, tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="Europe/Berlin")
    for name, table in company.tables.items():
        lake.record(name, table)
    assert look(lake) == {}


def comments(days: list[int], *, source: str = "review", a_day: int = 12) -> list[dict[str, object]]:
    return [
        {"id": f"{source}:{day}:{n}", "at": AT + timedelta(days=day, minutes=n), "source": source, "text": f"Word {n}."}
        for day in days
        for n in range(a_day)
    ]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ([*range(60)], set()),
        ([*range(60)][:-9], {"data:silent:review"}),
        ([day for day in range(60) if day % 7 < 5], set()),
        ([day for day in range(60) if not 20 <= day < 32], {"data:gap:review"}),
        ([day for day in range(60) if day % 10 == 0], set()),
    ],
    ids=["every day", "stopped", "never at weekends", "a hole", "once in ten days"],
)
def test_a_silence_is_told_when_this_source_never_paused_like_that(
    days: list[int], told: set[str], tmp_path: Path
) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record("comments", comments(days) + comments([*range(60)], source="chat"))
    assert set(look(lake, until=(AT + timedelta(days=60)).date())) == told


def test_when_everything_has_stopped_it_is_one_silence_and_not_one_for_every_source(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record("comments", comments([*range(60)]) + comments([*range(60)], source="chat"))
    found = look(lake, until=TODAY)
    assert set(found) == {"data:silent:"}
    assert "Bring in newer facts" in found["data:silent:"].action


def test_few_facts_missing_may_be_chance(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record("comments", comments([*range(50)], a_day=2) + comments([*range(60)], source="chat"))
    lasting = [one for one in read_silences(lake, until=(AT + timedelta(days=60)).date()) if one.source == "review"]
    assert [one.is_real for one in lasting] == [False, False]


def answer(number: int, day: int, **more: object) -> dict[str, object]:
    given = {"id": f"a{number}", "at": AT + timedelta(days=day), "source": "survey", "question": "csat", "value": 4.0}
    return given | {"scale_min": 1.0, "scale_max": 5.0} | more


def test_two_scales_at_once_are_two_questions_and_one_after_the_other_is_a_change(tmp_path: Path) -> None:
    at_once, changed = Lake(tmp_path / "a", zone="UTC"), Lake(tmp_path / "b", zone="UTC")
    at_once.record("answers", [answer(n, n, scale_max=(5.0, 10.0)[n % 2]) for n in range(100)])
    changed.record("answers", [answer(n, n, scale_max=5.0 if n < 50 else 10.0) for n in range(100)])
    assert find_new_scales(at_once, until=TODAY) == []
    (found,) = find_new_scales(changed, until=TODAY)
    assert (found.old, found.new, found.answers) == ((1.0, 5.0), (1.0, 10.0), (50, 50))


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        (lambda: [answer(n, n, value=9.0) for n in range(6)], "data:impossible:off_scale"),
        (lambda: [answer(n, 400 + n) for n in range(6)], "data:impossible:future_answers"),
    ],
    ids=["off its scale", "in the future"],
)
def test_five_facts_that_cannot_be_are_told_and_four_are_not(
    wrong: Callable[[], list[dict[str, object]]], key: str, tmp_path: Path
) -> None:
    for number, told in ((6, True), (4, False)):
        lake = Lake(tmp_path / str(number), zone="UTC")
        lake.record("answers", wrong()[:number], at=LEARNED)
        assert (key in look(lake)) is told


def test_what_a_history_tells_of_days_after_its_end_is_no_future(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    lake.record("answers", [answer(n, n) for n in range(60)], at=LEARNED)
    assert "data:impossible:future_answers" not in look(lake, until=(AT + timedelta(days=20)).date())


def test_names_that_differ_in_more_than_their_writing_are_different_things(tmp_path: Path) -> None:
    lake = Lake(tmp_path, zone="UTC")
    names = ["Team 1", "Team 2", "team-1", "Rücksendung", "RUCKSENDUNG "]
    lake.record("comments", [one | {"team": names[n % 5]} for n, one in enumerate(comments([*range(10)]))])
    assert [[name for name, _ in spelt.names] for spelt in find_spellings(lake)] == [
        ["RUCKSENDUNG ", "Rücksendung"], ["Team 1", "team-1"],
    ]  # fmt: skip


def test_a_mishap_spoils_the_same_facts_each_time(company: Company) -> None:
    once, again = (spoil(replace(company), seed=3)[0].tables for _ in range(2))
    assert all(once[name].equals(again[name]) for name in once)
