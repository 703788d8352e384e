"""The weekly mail: on Monday mornings, to who wants it, with its charts, and only when there is something to tell."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import Message

import pytest
from django_q.models import OrmQ

from tests.cast import Cast
from tests.reports.conftest import AT, CUSTOMERS_WROTE, NASTY, REFUNDS, Post, look
from untilyes.insights.actions import move_finding
from untilyes.insights.models import KeptFinding
from untilyes.insights.rules import State
from untilyes.reports.actions import choose_digest, make_digest, send_copy_of_digest
from untilyes.reports.jobs import make_digests_when_due, send_copy
from untilyes.reports.models import Digest, DigestCopy
from untilyes.reports.queries import list_readers, wants_digest
from untilyes.reports.rules import find_monday
from untilyes.workspaces.tenancy import inside

MONDAY = date(2026, 11, 2)


def deliver(cast: Cast) -> None:
    """Carry out what waits in the worker's queue."""
    for errand in OrmQ.objects.order_by("pk"):
        task = errand.task
        assert task["func"] == "untilyes.reports.jobs.send_copy"
        send_copy(*task["args"])
        errand.delete()


def parts_of(letter: Message) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for part in letter.walk():
        found.setdefault(part.get_content_type(), []).append(part)
    return found


def words_of(part: Message) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_ada_gets_both_figures_and_every_new_finding_with_its_chart_inside_the_mail(told: Cast, post: Post) -> None:
    with inside(told.acme):
        make_digest(MONDAY, at=AT)
    deliver(told)
    ((to, letter),) = post.letters
    assert to == ["ada@acme.example"]
    assert letter["Subject"] == "Acme: 2 new findings"
    parts = parts_of(letter)
    html, text = words_of(parts["text/html"][0]), words_of(parts["text/plain"][0])
    shown = set(re.findall(r'src="cid:([^"]+)"', html))
    inside_it = {str(part["Content-ID"]).strip("<>") for part in parts["image/png"]}
    assert shown == inside_it == {"finding-0", "finding-1"}
    assert all(part.get_payload(decode=True)[:4] == b"\x89PNG" for part in parts["image/png"])  # type: ignore[index]
    for words in (html, text):
        assert "Effectiveness" in words
        assert "Refund by e-mail: effectiveness worse since 5 October." in words
        assert "74 %, plausibly 65 to 82 (n = 100)" in words or "74 %, give or take 9 (n = 100)" in words
    assert NASTY in text
    assert "<b>" not in html.replace("<body", "")
    assert "/w/acme/findings/sending/" in text


def test_ben_who_may_not_act_on_findings_gets_it_once_he_asks_and_ada_no_more_once_she_says_so(told: Cast) -> None:
    with inside(told.acme):
        assert [member.user.email for member in list_readers()] == ["ada@acme.example"]
        choose_digest(told.ben, wants=True)
        choose_digest(told.ada, wants=False)
        assert [member.user.email for member in list_readers()] == ["ben@acme.example"]
    with inside(told.globex):
        assert wants_digest(told.dan)
        assert [member.user.email for member in list_readers()] == ["dan@globex.example"]


def test_without_anything_new_nobody_gets_a_mail_and_the_week_is_done(told: Cast, post: Post) -> None:
    with inside(told.acme):
        make_digest(MONDAY, at=AT)
        look(REFUNDS, CUSTOMERS_WROTE, at=AT + timedelta(days=1))
        later = make_digest(MONDAY + timedelta(weeks=1), at=AT + timedelta(weeks=1))
        assert later.told == 0
        assert later.copies.count() == 0


def test_what_somebody_acted_on_and_the_measure_no_longer_shows_is_told_as_verified(told: Cast, post: Post) -> None:
    with inside(told.acme):
        make_digest(MONDAY, at=AT)
        DigestCopy.objects.update(sent_at=AT)
        OrmQ.objects.all().delete()
        refunds = KeptFinding.objects.get(key=REFUNDS.key)
        move_finding(refunds, State.ACTING, by=told.ada, at=AT + timedelta(days=1))
        look(CUSTOMERS_WROTE, at=AT + timedelta(days=2))
        make_digest(MONDAY + timedelta(weeks=1), at=AT + timedelta(weeks=1))
    deliver(told)
    ((_, letter),) = post.letters
    assert letter["Subject"] == "Acme: 1 verified"
    assert "Verified by the measure" in words_of(parts_of(letter)["text/plain"][0])


def test_what_was_dismissed_in_the_meantime_is_not_told(told: Cast) -> None:
    with inside(told.acme):
        for finding in KeptFinding.objects.all():
            move_finding(finding, State.DISMISSED, by=told.ada, at=AT, words="known")
        assert make_digest(MONDAY, at=AT).told == 0


def test_sending_a_copy_twice_sends_it_once(told: Cast, post: Post) -> None:
    with inside(told.acme):
        make_digest(MONDAY, at=AT)
        copy = DigestCopy.objects.get()
        assert send_copy_of_digest(copy, at=AT)
        assert not send_copy_of_digest(DigestCopy.objects.get(), at=AT)
        assert make_digest(MONDAY, at=AT).pk == copy.digest_id
    assert len(post.letters) == 1


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        (datetime(2026, 11, 2, 6, 59, tzinfo=UTC), None),
        (datetime(2026, 11, 2, 7, 0, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 4, 3, 0, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 1, 22, 59, tzinfo=UTC), MONDAY - timedelta(weeks=1)),
        (datetime(2026, 11, 1, 23, 30, tzinfo=UTC), None),
    ],
    ids=["a minute to eight", "eight", "the worker slept till wednesday", "sunday night", "half past midnight"],
)
def test_it_is_due_at_eight_on_monday_where_the_workspace_is(moment: datetime, due: date | None) -> None:
    from zoneinfo import ZoneInfo

    assert find_monday(moment.astimezone(ZoneInfo("Europe/Berlin"))) == due


def test_the_worker_makes_each_week_one_digest_wherever_a_look_has_ended(
    told: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("untilyes.reports.jobs.now", lambda: AT)
    assert make_digests_when_due() == 1
    assert make_digests_when_due() == 0
    with inside(told.acme):
        assert Digest.objects.get().monday == MONDAY
    with inside(told.globex):
        assert Digest.objects.count() == 0


def test_more_than_five_new_findings_are_counted_not_listed(told: Cast, post: Post) -> None:
    with inside(told.acme):
        many = [replace(REFUNDS, key=f"change:effectiveness:touchpoint=t{n}") for n in range(6)]
        look(REFUNDS, CUSTOMERS_WROTE, *many)
        make_digest(MONDAY, at=AT)
    deliver(told)
    ((_, letter),) = post.letters
    assert letter["Subject"] == "Acme: 8 new findings"
    assert "3 more new findings" in words_of(parts_of(letter)["text/plain"][0])
