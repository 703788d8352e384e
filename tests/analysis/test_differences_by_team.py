"""Where one team's customers fare worse: compared in the same places, never by person, told once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from untilyes.analysis.findings import Finding, Tone
from untilyes.analysis.findings.examining import examine_everything
from untilyes.analysis.findings.finding import Candidate
from untilyes.analysis.findings.teams import examine_teams
from untilyes.analysis.measures import MEASURES
from untilyes.lake import Lake

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
UNTIL = date(2026, 11, 2)


def answers(team: str, touchpoint: str, *, yes: int, n: int = 300, channel: str = "email") -> Iterator[dict[str, Any]]:
    """`n` answers about one team's work in one place over twelve weeks, `yes` of them a yes, well mixed."""
    for number in range(n):
        about = f"{team}:{touchpoint}:{channel}:{number}"
        yield {
            "id": about,
            "response_id": about,
            "interaction_id": about,
            "customer_id": about,
            "at": AT - timedelta(days=1 + number % 84),
            "source": "survey",
            "team": team,
            "touchpoint": touchpoint,
            "channel": channel,
            "question": "effective",
            "value": float(number * 7919 % n < yes),
            "scale_min": 0.0,
            "scale_max": 1.0,
        }


def found(lake: Lake) -> dict[str, Candidate]:
    return {one.key.removeprefix("difference:effectiveness:"): one for one in examine_teams(lake, until=UNTIL)}


def told(lake: Lake) -> dict[str, Finding]:
    return {one.key: one for one in examine_everything(lake, until=UNTIL).findings}


def test_a_team_worse_than_others_in_the_same_places_is_told_with_the_figures_counted_by_hand(lake: Lake) -> None:
    for team, yes in (("North", 180), ("South", 240), ("West", 240)):
        lake.record("answers", [*answers(team, "refund", yes=yes), *answers(team, "advice", yes=yes)])
    finding = told(lake)["difference:effectiveness:team=North"]
    assert finding.tone is Tone.WORSE
    assert "Team “North”: effectiveness is 60 %, of other teams in the same places 80 %." in finding.sentence
    assert finding.change is not None
    assert finding.change.delta == pytest.approx(-0.2)
    assert not [key for key in told(lake) if "team=South" in key or "team=West" in key], "they are like each other"


def test_the_measure_the_finding_leads_to_says_the_same_figure(lake: Lake) -> None:
    for team, yes in (("North", 180), ("South", 240), ("West", 240)):
        lake.record("answers", [*answers(team, "refund", yes=yes)])
    look = found(lake)["team=North"].tell().look
    assert look is not None
    assert MEASURES[look.measure](lake, where=look.where, since=look.since).total.value == 0.6


def test_a_team_is_not_blamed_for_where_it_works(lake: Lake) -> None:
    for team, many in (("North", "repair"), ("South", "advice")):
        lake.record("answers", [*answers(team, many, yes=500 if many == "repair" else 900, n=1_000)])
        other = "advice" if many == "repair" else "repair"
        lake.record("answers", [*answers(team, other, yes=50 if other == "repair" else 90, n=100)])
    assert {key: one.matters for key, one in found(lake).items()} == {"team=North": False, "team=South": False}


def test_where_no_other_team_works_there_is_nothing_to_compare(lake: Lake) -> None:
    lake.record("answers", [*answers("North", "refund", yes=100), *answers("South", "advice", yes=280)])
    assert found(lake) == {}


def test_of_two_teams_the_worse_is_told_once(lake: Lake) -> None:
    for team, yes in (("Alps", 270), ("Zealand", 180)):
        lake.record("answers", [*answers(team, "refund", yes=yes)])
    assert [key for key in told(lake) if "team=" in key] == ["difference:effectiveness:team=Zealand"]


def test_a_place_that_is_worse_because_of_one_team_is_that_team(lake: Lake) -> None:
    lake.record("answers", [*answers("North", "refund", yes=120), *answers("South", "refund", yes=240)])
    lake.record("answers", [*answers("West", "refund", yes=240), *answers("South", "advice", yes=480, n=600)])
    findings = told(lake)
    differences = [key for key in findings if key.startswith("difference:effectiveness")]
    assert differences == ["difference:effectiveness:team=North"]
    assert any("Refund" in line for line in findings[differences[0]].also)


def test_a_team_of_fewer_than_five_people_is_not_compared_because_its_figure_would_be_somebodys(lake: Lake) -> None:
    for team, yes in (("North", 180), ("South", 240), ("West", 240)):
        lake.record("answers", [*answers(team, "refund", yes=yes)])
    lake.record("employees", staff("North", 4))
    assert "team=North" not in found(lake)
    lake.record("employees", staff("North", 5))
    assert "team=North" in found(lake)


def staff(team: str, people: int) -> list[dict[str, Any]]:
    names = [f"{team}:{number}" for number in range(people)]
    return [{"id": one, "at": AT, "source": "event", "team": team, "employee_id": one} for one in names]


def test_fewer_promises_kept_only_because_work_is_passed_on_is_told_of_the_passing_on(lake: Lake) -> None:
    """North's work changes hands in half of all cases, the others' in one of ten; smooth work is kept alike."""
    for team, passed in (("North", 0.5), ("South", 0.1), ("West", 0.1)):
        lake.record("interactions", [row for row, _ in work(team, passed)])
        lake.record("outcomes", [row for _, row in work(team, passed)])
    findings = told(lake)
    assert "handling:first_answer:handoffs" in findings
    assert not [key for key in findings if "team=" in key]
    assert any("Team “North”" in line for line in findings["handling:first_answer:handoffs"].also)


def work(team: str, passed: float) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """400 interactions and their promise: kept in nine of ten that went smoothly, in two of ten that changed hands."""
    for number in range(400):
        about, at = f"{team}:{number}", AT - timedelta(days=2 + number % 80)
        hands = number * 7919 % 400 < 400 * passed
        kept = number * 31 % 10 < (2 if hands else 9)
        due = at + timedelta(hours=4)
        common = {"id": about, "interaction_id": about, "customer_id": about, "at": at, "source": "ticket"}
        common |= {"team": team, "touchpoint": "advice", "channel": "email"}
        yield (
            {**common, "opened_at": at, "handoffs": int(hands), "reopens": 0},
            {
                **common,
                "promise": "first_answer",
                "promised_at": at,
                "due_at": due,
                "kept_at": due + timedelta(hours=-1 if kept else 5),
            },
        )
