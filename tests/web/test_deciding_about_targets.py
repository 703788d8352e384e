"""Deciding about the next target on the promise's page: one click, a reason, or a target of one's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.analysis.invented import outcome
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.promises.actions import make_promise
from untilyes.promises.models import Promise
from untilyes.promises.queries import list_terms
from untilyes.promises.ratchet.actions import propose_target
from untilyes.promises.ratchet.models import TargetProposal
from untilyes.promises.ratchet.queries import get_rhythm, list_proposals
from untilyes.promises.ratchet.rules import Rhythm
from untilyes.promises.rules import Measures
from untilyes.workspaces.models import Member

PAGE = "/w/acme/promises/"
ONE = f"{PAGE}of/delivery/"
FORBIDDEN, NOT_FOUND, WRONG_METHOD, REDIRECT, REFUSED = 403, 404, 405, 302, 422
DAY = timedelta(days=1)


@pytest.fixture
def delivery(acme: Cast) -> Promise:
    """A promise of five days, aiming at four, kept in two for a hundred customers."""
    at = now()
    rows: list[dict[str, Any]] = [
        outcome(
            f"o{n}", due=5, kept=2, at=at - (6 + n / 4) * DAY, target_at=at - (2 + n / 4) * DAY, channel=f"by {n % 2}"
        )
        for n in range(100)
    ]
    open_lake().record("outcomes", rows)
    made = datetime(2025, 1, 1, tzinfo=UTC)
    return make_promise("Delivered", slug="delivery", about=Measures.IMPORTED, limit=5 * DAY, target=4 * DAY, at=made)


@pytest.fixture
def proposal(delivery: Promise) -> TargetProposal:
    return propose_target(delivery, at=now())


def test_a_proposal_waits_on_both_pages_with_its_evidence(proposal: TargetProposal, ada: Client) -> None:
    one, every = ada.get(ONE).content.decode(), ada.get(PAGE).content.decode()
    assert "80 % were done within 2 days" in one
    assert "Of 100 promises due from" in one
    assert "Aim at 3 days</button>" in one
    assert "Delivered: aim at 3 days rather than 4 days" in every


def test_today_says_that_one_waits(proposal: TargetProposal, ada: Client, dan: Client) -> None:
    assert "1 tighter target</a>" in ada.get("/w/acme/today/").content.decode()
    assert "tighter target" not in dan.get("/w/globex/today/").content.decode()
    ada.post(f"{ONE}next/{proposal.period}/accept/")
    assert "tighter target" not in ada.get("/w/acme/today/").content.decode()


def test_accepting_takes_one_click_and_is_drawn_and_told(proposal: TargetProposal, ada: Client) -> None:
    answered = ada.post(f"{ONE}next/{proposal.period}/accept/")
    assert answered.status_code == REDIRECT
    page = ada.get(ONE).content.decode()
    assert "The target was 4 days at first and is 3 days now" in page
    assert "The proposal of " in page
    assert "Accepted by Ada" in page
    assert "Waiting for a decision" not in ada.get(PAGE).content.decode()
    again = ada.post(f"{ONE}next/{proposal.period}/accept/", follow=True).content.decode()
    assert "Somebody has answered this proposal already" in again
    assert len(list_terms(proposal.promise)) == 2


def test_declining_needs_a_reason(proposal: TargetProposal, ada: Client) -> None:
    address = f"{ONE}next/{proposal.period}/decline/"
    assert "Say why it stays" in ada.post(address, {"reason": " "}, follow=True).content.decode()
    assert "The target stays" in ada.post(address, {"reason": "A new depot opens"}, follow=True).content.decode()
    assert "Declined by Ada: A new depot opens" in ada.get(ONE).content.decode()
    assert len(list_terms(proposal.promise)) == 1


def test_a_target_of_ones_own_keeps_what_was_typed_until_it_is_right(proposal: TargetProposal, ada: Client) -> None:
    address = f"{ONE}next/{proposal.period}/choose/"
    asked = {"target": "4.5", "target_unit": "days", "reason": ""}
    for wrong, sentence in (
        ({}, "say why"),
        ({"target": "9"}, "is looser than the promise"),
        ({"target": "soon"}, "Enter a number"),
    ):
        refused = ada.post(address, asked | wrong)
        assert refused.status_code == REFUSED
        assert sentence in refused.content.decode()
        assert f'value="{(asked | wrong)["target"]}"' in refused.content.decode()
    assert ada.post(address, asked | {"target": "84", "target_unit": "hours"}).status_code == REDIRECT
    assert list_terms(proposal.promise)[0].target == 3.5 * DAY
    assert "Another was chosen by Ada" in ada.get(ONE).content.decode()


def test_the_rhythm_is_chosen_and_the_evidence_looked_at_when_somebody_asks(delivery: Promise, ada: Client) -> None:
    assert "Look at the evidence now" in ada.get(ONE).content.decode()
    ada.post(f"{ONE}pace/", {"rhythm": "monthly"})
    assert get_rhythm(delivery) is Rhythm.MONTHLY
    ada.post(f"{ONE}propose/")
    assert [one.period for one in list_proposals(delivery)] == [f"{now():%Y-%m}"]
    assert "Look at the evidence now" not in ada.get(ONE).content.decode()


@pytest.mark.parametrize("verb", ["accept", "decline", "choose", "pace", "propose"])
def test_agents_and_viewers_decide_nothing_and_dan_finds_nothing(
    proposal: TargetProposal, ben: Client, vera: Member, dan: Client, verb: str
) -> None:
    inner = verb in {"accept", "decline", "choose"}
    address = f"{ONE}next/{proposal.period}/{verb}/" if inner else f"{ONE}{verb}/"
    asked = {"reason": "because", "target": "3", "target_unit": "days", "rhythm": "monthly"}
    for browser in (ben, sign_in(vera.user.email)):
        assert browser.post(address, asked).status_code == FORBIDDEN
        page = browser.get(ONE).content.decode()
        assert "An owner or a manager decides" in page
        assert "Aim at 3 days</button>" not in page
    assert dan.post(address, asked).status_code == NOT_FOUND
    assert dan.post(address.replace("acme", "globex"), asked).status_code == NOT_FOUND
    assert ben.get(address).status_code == WRONG_METHOD
    proposal.refresh_from_db()
    assert (proposal.answer, get_rhythm(proposal.promise)) == ("", Rhythm.QUARTERLY)


def test_a_period_that_nothing_was_proposed_for_is_not_found(proposal: TargetProposal, ada: Client) -> None:
    assert ada.post(f"{ONE}next/1999-Q1/accept/").status_code == NOT_FOUND


@pytest.mark.usefixtures("delivery")
def test_channels_stand_side_by_side_and_months_go_as_csv(ada: Client, dan: Client) -> None:
    page = ada.get(f"{ONE}?by=channel").content.decode()
    assert "Side by side by channel" in page
    assert "By 1" in page
    written = ada.get(f"{ONE}kept-by-month.csv")
    head, *lines = written.content.decode().splitlines()
    assert head == "month,settled,kept,low,high,level,method,open_and_not_due"
    assert sum(int(line.split(",")[1]) for line in lines) == 100
    assert dan.get(f"{ONE}kept-by-month.csv").status_code == NOT_FOUND
    assert dan.get("/w/globex/promises/of/delivery/kept-by-month.csv").status_code == NOT_FOUND
