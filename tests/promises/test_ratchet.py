"""The next target is proposed from what was achieved; a person decides; it never loosens by itself and never ends."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.analysis.invented import Fact, answer, outcome
from tests.cast import Cast
from untilyes.analysis.achieving import WEEKS, read_achieved
from untilyes.feedback.queries import open_lake
from untilyes.promises.actions import ReasonNeeded, change_promise, make_promise, retire_promise
from untilyes.promises.models import Promise
from untilyes.promises.queries import list_terms
from untilyes.promises.ratchet.access import get_proposal
from untilyes.promises.ratchet.actions import (
    ProposalAnswered,
    ProposalOutdated,
    accept_proposal,
    choose_target,
    decline_proposal,
    pace_ratchet,
    propose_target,
)
from untilyes.promises.ratchet.jobs import propose_targets_when_due
from untilyes.promises.ratchet.models import TargetProposal
from untilyes.promises.ratchet.queries import (
    count_waiting_proposals,
    find_waiting_proposal,
    list_proposals,
    list_waiting_proposals,
    read_evidence,
)
from untilyes.promises.ratchet.rules import (
    FEWEST,
    STEP,
    STEP_WHEN_BUSIER,
    Advice,
    Evidence,
    Grounds,
    Rhythm,
    find_period,
    find_period_start,
    propose_next,
    round_up,
    tell_time,
)
from untilyes.promises.rules import Measures, TargetTooLoose
from untilyes.stats.results import Estimate
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import NotFound, inside

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MADE = datetime(2026, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 7, 1, 3, 30, tzinfo=ZoneInfo("Europe/Berlin"))
LIMIT, TARGET = 5 * DAY, 4 * DAY


@pytest.fixture
def delivery(acme: Cast) -> Promise:
    """Five days are promised and four are aimed at."""
    return make_promise(
        "Delivered within five days", slug="delivery", about=Measures.IMPORTED, limit=LIMIT, target=TARGET, at=MADE
    )


def given_out(days: list[float | None], **more: Any) -> list[Fact]:
    """One promise a few hours, each done after so many days or never, none younger than its limit."""
    newest = NOW - 6 * DAY
    return [
        outcome(
            f"d{n}",
            due=5,
            kept=took,
            at=newest - n * timedelta(hours=4),
            target_at=newest - n * timedelta(hours=4) + TARGET,
            **more,
        )
        for n, took in enumerate(days)
    ]


def served(took: float, late: int = 0, n: int = 300) -> None:
    """Three hundred promises, most done in `took` days, `late` of them only after 4.5."""
    rng = np.random.default_rng(1)
    days: list[float | None] = [4.5 if i < late else took * float(rng.uniform(0.9, 1.0)) for i in range(n)]
    rng.shuffle(days)
    open_lake().record("outcomes", given_out(days))


def evidence(
    low: float, high: float, *, n: int = 400, growth: tuple[float, float] = (0.9, 1.1), **more: Any
) -> Evidence:
    """Achieved between so many hours; arrivals as before."""
    achieved = Estimate((low + high) / 2 * 3600, low * 3600, high * 3600, n, "order statistics", unit="seconds")
    moved = Estimate(sum(growth) / 2, *growth, 900, "quasi-Poisson", unit="ratio")
    reached = Estimate(0.9, 0.87, 0.93, n, "wilson")
    return Evidence(NOW.date() - 90 * DAY, NOW.date(), achieved, reached, moved, **more)


# What is proposed


def test_what_was_clearly_achieved_becomes_the_next_target_at_its_careful_end() -> None:
    judged = propose_next(evidence(19, 21), limit=36 * HOUR, target=24 * HOUR)
    assert (judged.advice, judged.grounds, judged.target) == (Advice.TIGHTEN, Grounds.REACHED, 21 * HOUR)
    assert "80 % were done within 20 hours (plausibly 19 hours to 21 hours)" in judged.sentence
    assert "Of 400 promises due from 2 Apr to 1 Jul" in judged.sentence
    assert "reached by 90 %" in judged.sentence


def test_one_proposal_takes_away_a_quarter_at_most_and_less_when_more_comes_in() -> None:
    judged = propose_next(evidence(2, 3), limit=36 * HOUR, target=24 * HOUR)
    assert judged.target == (1 - STEP) * 24 * HOUR
    busier = propose_next(evidence(2, 3, growth=(1.1, 1.4)), limit=36 * HOUR, target=24 * HOUR)
    assert busier.grounds is Grounds.BUSIER
    assert busier.target == timedelta(hours=22)
    assert busier.target >= (1 - STEP_WHEN_BUSIER) * 24 * HOUR
    assert "More comes in than six weeks earlier (+25 % a week, plausibly +10 % to +40 %)" in busier.sentence


@pytest.mark.parametrize(
    ("said", "grounds", "words"),
    [
        (evidence(23, 25), Grounds.AT_ITS_EDGE, "could not be counted on yet"),
        (evidence(26, 30), Grounds.NOT_REACHED, "What keeps it from being reached?"),
        (evidence(10, 12, n=FEWEST - 1), Grounds.TOO_FEW, "29 promises have come due"),
        (
            evidence(10, 12, enough=0.5, worth="There is more to win elsewhere."),
            Grounds.BUYS_NOTHING,
            "more to win elsew",
        ),
    ],
    ids=["edge", "not-reached", "few", "buys-nothing"],
)
def test_a_target_is_held_and_the_reason_said(said: Evidence, grounds: Grounds, words: str) -> None:
    judged = propose_next(said, limit=36 * HOUR, target=24 * HOUR)
    assert (judged.advice, judged.grounds, judged.target) == (Advice.HOLD, grounds, 24 * HOUR)
    assert words in judged.sentence


def test_margin_that_still_pays_is_no_reason_to_hold() -> None:
    judged = propose_next(evidence(10, 12, enough=2.0), limit=36 * HOUR, target=24 * HOUR)
    assert judged.advice is Advice.TIGHTEN


@given(
    low=some.floats(0.001, 2_000),
    width=some.floats(0.0, 500),
    target=some.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=60)),
    growth=some.tuples(some.floats(0.2, 3), some.floats(0, 2)),
    enough=some.none() | some.floats(0, 30),
)
def test_no_evidence_ever_proposes_a_looser_target_or_more_than_a_step(
    low: float, width: float, target: timedelta, growth: tuple[float, float], enough: float | None
) -> None:
    said = evidence(low, low + width, growth=(growth[0], growth[0] + growth[1]), enough=enough)
    judged = propose_next(said, limit=2 * target, target=target)
    assert timedelta(0) < judged.target <= target
    assert judged.target >= (1 - STEP) * target
    assert (judged.advice is Advice.TIGHTEN) == (judged.target < target)
    if judged.advice is Advice.TIGHTEN:
        assert judged.target.total_seconds() >= (low + width) * 3600 * 0.999


@pytest.mark.parametrize(
    ("span", "below", "said"),
    [
        (timedelta(hours=17, minutes=12), timedelta(hours=24), "18 hours"),
        (timedelta(days=2, hours=13), timedelta(days=4), "2.75 days"),
        (timedelta(days=9, hours=1), timedelta(days=14), "10 days"),
        (timedelta(minutes=41), timedelta(hours=1), "45 minutes"),
    ],
)
def test_targets_are_rounded_up_to_what_people_say(span: timedelta, below: timedelta, said: str) -> None:
    assert tell_time(round_up(span, below=below)) == said


def test_periods_are_months_or_quarters() -> None:
    day = datetime(2026, 11, 25, tzinfo=UTC).date()
    assert [find_period(day, one) for one in Rhythm] == ["2026-11", "2026-Q4"]
    assert [find_period_start(day, one).isoformat() for one in Rhythm] == ["2026-11-01", "2026-10-01"]


# What it rests on


def test_the_evidence_counts_what_was_due_and_what_was_never_done_as_longer_than_anything(acme: Cast) -> None:
    days: list[float | None] = [1.0] * 60 + [3.0] * 20 + [None] * 20
    open_lake().record("outcomes", given_out(days))
    open_lake().record("outcomes", [outcome("young", due=5, kept=0.1, at=NOW - DAY)])
    achieved = read_achieved(open_lake(), "delivery", since=NOW - 90 * DAY, at=NOW)
    assert achieved.n == 100
    assert achieved.quantile(0.5).value == pytest.approx(86_400, rel=0.01)
    assert achieved.quantile(0.7).value == pytest.approx(3 * 86_400, rel=0.01)
    assert achieved.quantile(0.9).value == float("inf")
    assert (achieved.share_reached.value, achieved.share_reached.n) == (0.8, 100)


def test_arrivals_are_counted_a_week(acme: Cast) -> None:
    hours = [1, 24 * 6, 24 * 8, 24 * 83, 24 * 85]
    open_lake().record("outcomes", [outcome(f"{n}", due=5, kept=1, at=NOW - h * HOUR) for n, h in enumerate(hours)])
    weeks = read_achieved(open_lake(), "delivery", since=NOW - 90 * DAY, at=NOW).weeks
    assert len(weeks) == WEEKS
    assert (weeks[-1], weeks[-2], weeks[0], sum(weeks)) == (2, 1, 1, 4)


def test_time_that_was_ours_to_control_counts_where_it_is_known(acme: Cast) -> None:
    rows = given_out([3.0] * 40)
    if "counted_s" in open_lake().read("outcomes").columns:
        rows = [row | {"counted_s": 3_600.0} for row in rows]
        expected = 3_600.0
    else:
        expected = 3 * 86_400.0
    open_lake().record("outcomes", rows)
    achieved = read_achieved(open_lake(), "delivery", since=NOW - 90 * DAY, at=NOW)
    assert achieved.quantile(0.8).value == pytest.approx(expected, rel=0.01)


# What a person makes of it


def test_a_proposal_is_accepted_with_one_word_and_becomes_the_terms_with_its_audit(
    acme: Cast, delivery: Promise
) -> None:
    served(2.0)
    proposal = propose_target(delivery, at=NOW)
    assert proposal.period == "2026-Q3"
    assert proposal.target == 3 * DAY
    assert find_waiting_proposal(delivery) == proposal
    terms = accept_proposal(proposal, by=acme.ada, at=NOW)
    assert (terms.version, terms.limit, terms.target, terms.by) == (2, LIMIT, 3 * DAY, acme.ada)
    proposal.refresh_from_db()
    assert (proposal.answer, proposal.terms, proposal.by) == ("accepted", terms, acme.ada)
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert [verb for verb in verbs if verb != "make_promise"][-3:] == [
        "propose_target", "change_promise", "answer_proposal",
    ]  # fmt: skip
    assert find_waiting_proposal(delivery) is None
    with pytest.raises(ProposalAnswered):
        accept_proposal(proposal, by=acme.ada, at=NOW)


def test_after_accepting_the_next_period_proposes_again(acme: Cast, delivery: Promise) -> None:
    served(2.0)
    accept_proposal(propose_target(delivery, at=NOW), by=acme.ada, at=NOW)
    assert propose_targets_when_due(NOW) == 0
    later = NOW + 40 * DAY
    pace_ratchet(delivery, rhythm=Rhythm.MONTHLY, by=acme.ada, at=later)
    assert propose_targets_when_due(later) == 1
    newest, first = list_proposals(delivery)
    assert (newest.period, first.period) == ("2026-08", "2026-Q3")
    assert newest.standing.version == 2
    assert newest.target < first.target


def test_a_decline_needs_a_reason_and_leaves_the_target(acme: Cast, delivery: Promise) -> None:
    served(2.0)
    proposal = propose_target(delivery, at=NOW)
    with pytest.raises(ReasonNeeded):
        decline_proposal(proposal, by=acme.ada, reason=" ", at=NOW)
    decline_proposal(proposal, by=acme.ada, reason="The new depot opens first", at=NOW)
    assert len(list_terms(delivery)) == 1
    [kept] = list_proposals(delivery)
    assert (kept.answer, kept.reason) == ("declined", "The new depot opens first")
    assert find_waiting_proposal(delivery) is None


def test_a_target_of_ones_own_is_taken_and_a_looser_one_needs_a_reason(acme: Cast, delivery: Promise) -> None:
    served(2.0)
    proposal = propose_target(delivery, at=NOW)
    with pytest.raises(ReasonNeeded):
        choose_target(proposal, target=TARGET + HOUR, by=acme.ada, at=NOW)
    with pytest.raises(TargetTooLoose):
        choose_target(proposal, target=LIMIT + HOUR, by=acme.ada, at=NOW, reason="why not")
    assert TargetProposal.objects.get().answer == ""
    terms = choose_target(proposal, target=3.5 * DAY, by=acme.ada, at=NOW)
    assert terms.target == 3.5 * DAY
    assert list_proposals(delivery)[0].answer == "own"


def test_a_promise_changed_meanwhile_leaves_its_proposal_behind(acme: Cast, delivery: Promise) -> None:
    served(2.0)
    proposal = propose_target(delivery, at=NOW)
    change_promise(delivery, limit=LIMIT, target=3 * DAY, at=NOW, by=acme.ada)
    assert find_waiting_proposal(delivery) is None
    with pytest.raises(ProposalOutdated):
        accept_proposal(proposal, by=acme.ada, at=NOW)
    assert len(list_terms(delivery)) == 2


def test_advice_to_hold_waits_for_nobody(acme: Cast, delivery: Promise) -> None:
    served(2.0, late=100)
    proposal = propose_target(delivery, at=NOW)
    assert (proposal.advice, proposal.grounds) == ("hold", "not_reached")
    assert count_waiting_proposals() == 0
    with pytest.raises(ProposalAnswered):
        accept_proposal(proposal, by=acme.ada, at=NOW)


def test_agents_decide_nothing_and_dan_finds_nothing(acme: Cast, delivery: Promise) -> None:
    served(2.0)
    proposal = propose_target(delivery, at=NOW)
    for verb in (
        lambda: accept_proposal(proposal, by=acme.ben, at=NOW),
        lambda: decline_proposal(proposal, by=acme.ben, reason="no", at=NOW),
        lambda: choose_target(proposal, target=DAY, by=acme.ben, at=NOW),
        lambda: pace_ratchet(delivery, rhythm=Rhythm.MONTHLY, by=acme.ben, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert get_proposal("delivery", "2026-Q3", seen_by=acme.ada) == proposal
    with pytest.raises(NotFound):
        get_proposal("delivery", "2026-Q3", seen_by=acme.dan)
    with inside(acme.globex):
        assert list_waiting_proposals() == []
        with pytest.raises(NotFound):
            get_proposal("delivery", "2026-Q3", seen_by=acme.dan)


# By itself, by night


def test_every_period_proposes_once_by_night_and_not_for_a_promise_made_within_it(
    acme: Cast, delivery: Promise
) -> None:
    served(2.0)
    make_promise("New", about=Measures.IMPORTED, limit=LIMIT, target=TARGET, at=NOW)
    old = make_promise("Old", about=Measures.IMPORTED, limit=LIMIT, target=TARGET, at=MADE)
    retire_promise(old, at=NOW)
    assert propose_targets_when_due(NOW - HOUR) == 0
    assert propose_targets_when_due(NOW) == 1
    assert propose_targets_when_due(NOW + DAY) == 0
    assert [one.promise for one in list_waiting_proposals()] == [delivery]


def test_margin_shown_to_buy_nothing_holds_the_target_and_says_where_effort_would_do_more(
    acme: Cast, delivery: Promise
) -> None:
    rng = np.random.default_rng(3)
    n = 6_000
    took = np.where(rng.random(n) < 0.03, 6.0, rng.uniform(0.5, 2.5, n))
    given = [NOW - 6 * DAY - i * timedelta(minutes=15) for i in range(n)]
    rows = [
        outcome(f"d{i}", due=5, kept=float(took[i]), at=given[i], interaction_id=f"i{i}", target_at=given[i] + TARGET)
        for i in range(n)
    ]
    yes = rng.random(n) < np.where(took > 5, 0.3, 0.9)
    said = [
        answer(f"a{i}", "effective", float(yes[i]), at=given[i] + 7 * DAY, interaction_id=f"i{i}") for i in range(n)
    ]
    open_lake().record("outcomes", rows)
    open_lake().record("answers", said)
    found = read_evidence(delivery, at=NOW)
    assert found.enough is not None
    proposal = propose_target(delivery, at=NOW)
    assert (proposal.advice, proposal.grounds) == ("hold", "buys_nothing")
    assert "There is more to win among" in proposal.sentence
