"""Words that come up and words that fade: said with when, by how many and where, and never of function words."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from untilyes.analysis.findings import Finding, judge
from untilyes.analysis.findings.emerging import examine_emerging
from untilyes.analysis.findings.rows import read_rows
from untilyes.lake import Lake

UNTIL = date(2026, 8, 3)
FIRST = datetime(2026, 2, 2, 9, tzinfo=UTC)
USUAL = ("the parcel was on the doorstep", "they have been very kind to me", "it was what I had asked for in the shop")


def say(lake: Lake, weeks: dict[int, list[tuple[str, str, str]]], *, each: int = 40) -> dict[str, Finding]:
    """Forty people write as usual each week, and those of `weeks` (words, customer, channel) besides."""
    rng, rows = np.random.default_rng(4), []
    for week in range(26):
        usual = [(USUAL[rng.integers(3)], f"c{week}-{n}", ("web", "email")[n % 2]) for n in range(each)]
        for number, (text, who, channel) in enumerate([*usual, *weeks.get(week, [])]):
            at = FIRST + timedelta(weeks=week, minutes=number)
            told = {"id": f"{week}:{number}", "at": at, "source": "review", "language": "en", "text": text}
            rows.append(told | {"customer_id": who, "channel": channel})
    lake.record("comments", rows)
    return {one.key: one for one in judge(examine_emerging(lake, until=UNTIL)).findings}


def crash(people: int, *, week: int, channel: str = "mobile") -> list[tuple[str, str, str]]:
    return [("the app crashes when I pay", f"new{week}-{n}", channel) for n in range(people)]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path, zone="UTC")


def test_what_fourteen_customers_say_for_the_first_time_this_week_is_told_with_where_all_of_them_were(
    lake: Lake,
) -> None:
    (finding,) = say(lake, {25: crash(14, week=25)}).values()
    assert "is new this week: 14 customers, all on a phone screen" in finding.sentence
    assert finding.quotes == ("the app crashes when I pay",)
    assert [figure.label for figure in finding.figures][-1] == "of those who wrote before", "nobody was asked for a yes"
    assert [figure.estimate.value for figure in finding.course][-2:] == [0.0, pytest.approx(14 / 54)]


def test_the_rows_behind_it_are_the_comments_that_say_it_and_no_others(lake: Lake) -> None:
    (finding,) = say(lake, {25: crash(14, week=25)}).values()
    assert finding.rows is not None
    rows = read_rows(lake, finding.rows, until=UNTIL)
    assert {row[1] for row in rows.rows} == {"the app crashes when I pay"}
    assert sorted(person or "" for person in rows.people) == sorted(f"new25-{n}" for n in range(14))


def test_nine_customers_or_one_who_writes_fourteen_times_are_not_yet_news(lake: Lake) -> None:
    assert say(lake, {25: crash(9, week=25)}) == {}
    again = Lake(lake.path / "again", zone="UTC")
    assert say(again, {25: [("the app crashes when I pay", "one", "mobile")] * 14}) == {}


def test_what_has_been_said_for_weeks_is_told_with_since_when(lake: Lake) -> None:
    (finding,) = say(lake, {week: crash(6, week=week) for week in range(18, 26)}).values()
    assert "is new since 8 June 2026: 48 customers" in finding.sentence


def test_what_is_no_longer_said_is_told_as_fading(lake: Lake) -> None:
    (finding,) = say(lake, {week: crash(6, week=week) for week in range(15)}).values()
    assert finding.key.startswith("fading:en:")
    assert "is hardly said any more since 18 May 2026" in finding.sentence


def test_what_everybody_writes_from_there_anyway_is_no_news_of_the_place(lake: Lake) -> None:
    found = say(lake, {25: crash(14, week=25, channel="web")}, each=60)
    (finding,) = found.values()
    assert "surveys" not in finding.sentence
    assert "in reviews" not in finding.sentence


def test_more_talk_about_the_same_things_is_nothing_new(lake: Lake) -> None:
    more = [(USUAL[n % 3], f"more{n}", "web") for n in range(200)]
    assert say(lake, {25: more}) == {}
