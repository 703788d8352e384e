"""What keeps coming back: settled once for the house, by somebody, by a day, or for a stated reason."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.campaigns.audience import CAUSE, no_of, person
from tests.cases.stories import DAY
from tests.cast import Cast
from tests.web.test_campaigns_pages import text_of
from untilyes.campaigns.models import Repeat
from untilyes.campaigns.queries import list_repeats
from untilyes.plumbing.clock import now
from untilyes.stats import estimate_share
from untilyes.workspaces.models import AuditEntry

PAGE = "/w/acme/campaigns/repeats/"
OK, FOUND, FORBIDDEN, NOT_FOUND, REFUSED = 200, 302, 403, 404, 422


@pytest.fixture
def thrice(acme: Cast) -> Cast:
    """One cause of three cases, another of one."""
    for n in range(3):
        no_of(acme, person(f"P{n}"), at=now() - DAY)
    no_of(acme, acme.cleo, cause="Weather", at=now() - DAY)
    return acme


def test_a_cause_of_three_cases_stands_here_with_its_share_and_one_of_one_does_not(thrice: Cast, ada: Client) -> None:
    (line,) = list_repeats(at=now())
    assert (line.cause, line.cases, line.still_open, line.decision) == (CAUSE, 3, 3, None)
    assert line.share == estimate_share(3, 4)
    page = text_of(ada.get(PAGE))
    assert "3 cases" in page
    assert "Nobody has decided yet" in page
    assert "Weather" not in page
    assert list_repeats(at=now() + 200 * DAY) == []


def test_a_fix_has_somebody_and_a_day_and_what_comes_after_it_is_counted(thrice: Cast, ada: Client) -> None:
    yesterday = (now() - timedelta(days=1)).date()
    sent = {"cause": CAUSE, "decision": "fix", "owner": str(thrice.ben.pk), "due_on": str(yesterday)}
    assert ada.post(f"{PAGE}decide/", sent).status_code == FOUND
    no_of(thrice, thrice.cleo, at=now())
    (line,) = list_repeats(at=now())
    assert (line.cases, line.since) == (4, 1)
    page = text_of(ada.get(PAGE))
    assert "Fix it : Ben by" in page or "Fix it: Ben by" in page
    assert "was due" in page
    ada.post(f"{PAGE}decide/", {"cause": CAUSE, "decision": "accept", "reason": "Boxes are what they are."})
    assert Repeat.objects.get().decision == "accept"
    assert AuditEntry.objects.filter(verb="decide_repeat").count() == 2


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Say what we do"),
        ({"decision": "fix"}, "who does it, and by when"),
        ({"decision": "accept", "reason": " "}, "Say why we live with it"),
        ({"decision": "fix", "due_on": "2026-02-31"}, "no such day"),
    ],
    ids=["nothing", "nobody", "no reason", "no day"],
)
def test_a_decision_that_says_too_little_is_refused(thrice: Cast, ada: Client, sent: dict[str, str], told: str) -> None:
    page = ada.post(f"{PAGE}decide/", {"cause": CAUSE, **sent})
    assert page.status_code == REFUSED
    assert told in text_of(page)
    assert not Repeat.objects.exists()


def test_ben_reads_and_decides_nothing(thrice: Cast, ben: Client) -> None:
    assert ben.get(PAGE).status_code == OK
    sent = {"cause": CAUSE, "decision": "accept", "reason": "No."}
    assert ben.post(f"{PAGE}decide/", sent).status_code == FORBIDDEN


def test_dan_finds_nothing(thrice: Cast, dan: Client) -> None:
    assert dan.get(PAGE).status_code == NOT_FOUND
    assert CAUSE not in text_of(dan.get("/w/globex/campaigns/repeats/"))
    stranger = {"cause": CAUSE, "decision": "fix", "owner": str(thrice.ben.pk), "due_on": "2026-12-01"}
    assert dan.post("/w/globex/campaigns/repeats/decide/", stranger).status_code == NOT_FOUND
    assert not Repeat.objects.exists()
