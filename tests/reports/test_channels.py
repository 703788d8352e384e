"""New findings in a chat: in the chat's own words, tried again when it does not answer, its address kept secret."""

import json
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.reports.conftest import AT, NASTY, REFUNDS, Chat, look
from untilyes.insights.models import KeptFinding
from untilyes.reports.access import get_hook
from untilyes.reports.actions import add_hook, carry_post_to_hook, post_new_findings, remove_hook, try_hook
from untilyes.reports.jobs import carry_posts
from untilyes.reports.models import Hook, HookPost
from untilyes.reports.queries import list_failing_hooks, list_waiting_posts
from untilyes.reports.rules import BACK_OFF, NotAnAddress, Shape, check_address
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import NotFound, inside


def add(cast: Cast, chat: Chat, shape: Shape = Shape.SLACK) -> Hook:
    return add_hook("#customers", shape=shape, address=chat.address, by=cast.ada, at=AT)


def test_trying_a_channel_posts_a_few_words_and_says_that_they_arrived(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        hook = add(told, chat)
        assert try_hook(hook, by=told.ada, at=AT) == ""
        assert hook.last_sent_at == AT
    assert "Ada tries this channel" in chat.bodies[0]["text"]


def test_what_a_look_finds_newly_is_posted_in_slacks_words_with_its_three_signs_escaped(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        add(told, chat)
        assert post_new_findings([one.pk for one in KeptFinding.objects.all()], at=AT) == 1
        (post,) = list_waiting_posts(AT)
        assert carry_post_to_hook(post, at=AT)
    (body,) = chat.bodies
    assert body["text"].startswith("Acme: 2 new findings")
    told_blocks = [block["text"]["text"] for block in body["blocks"]]
    assert all(block["text"]["type"] == "mrkdwn" for block in body["blocks"])
    assert "/w/acme/findings/" in told_blocks[1]
    assert "Refund by e-mail: effectiveness worse since 5 October." in told_blocks[1]
    assert "&lt;b&gt;" in json.dumps(body)
    assert "<b>" not in json.dumps(body)


def test_teams_gets_an_adaptive_card_whose_words_cannot_become_markup(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        hook = add(told, chat, Shape.TEAMS)
        post_new_findings([one.pk for one in KeptFinding.objects.all()], at=AT)
        carry_post_to_hook(hook.posts.get(), at=AT)
    (attachment,) = chat.bodies[0]["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    words = " ".join(block["text"] for block in card["body"])
    assert "\\*b\\* \\_i\\_" in words
    assert card["actions"][0]["url"].endswith("/w/acme/findings/")


def test_a_program_gets_plain_json(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        hook = add(told, chat, Shape.PLAIN)
        post_new_findings([one.pk for one in KeptFinding.objects.all()], at=AT)
        carry_post_to_hook(hook.posts.get(), at=AT)
    (body,) = chat.bodies
    assert body["event"] == "findings.new"
    assert body["findings"][0]["customers_a_month"] == 140
    assert NASTY in body["findings"][1]["sentence"]


@pytest.mark.django_db(transaction=True)
def test_a_look_that_finds_something_new_tells_the_channels_and_one_that_does_not_is_silent(
    told: Cast, chat: Chat
) -> None:
    with inside(told.acme):
        add(told, chat)
        look(REFUNDS, at=AT + timedelta(days=1))
        assert HookPost.objects.count() == 0
        KeptFinding.objects.all().delete()
        look(REFUNDS, at=AT + timedelta(days=2))
        assert HookPost.objects.count() == 1


def test_a_chat_that_does_not_answer_is_tried_again_later_and_later_and_then_given_up(told: Cast, chat: Chat) -> None:
    chat.status = 503
    with inside(told.acme):
        hook = add(told, chat)
        post_new_findings([KeptFinding.objects.all()[0].pk], at=AT)
        at, waits = AT, []
        while posts := list_waiting_posts(at):
            assert not carry_post_to_hook(posts[0], at=at)
            if posts[0].next_try_at is None:
                break
            waits.append(posts[0].next_try_at - at)
            assert list_waiting_posts(posts[0].next_try_at - timedelta(seconds=1)) == []
            at = posts[0].next_try_at
        assert tuple(waits) == BACK_OFF
        (failing,) = list_failing_hooks()
        assert failing == hook
        assert "answered 503: no_service" in failing.problem
    assert len(chat.bodies) == 1 + len(BACK_OFF)


def test_once_it_arrives_the_channel_is_well_again_and_nothing_is_posted_twice(told: Cast, chat: Chat) -> None:
    chat.status = 500
    with inside(told.acme):
        add(told, chat)
        post_new_findings([KeptFinding.objects.all()[0].pk], at=AT)
        carry_post_to_hook(list_waiting_posts(AT)[0], at=AT)
        chat.status = 200
        HookPost.objects.update(next_try_at=AT)
    assert carry_posts() == 1
    assert carry_posts() == 0
    with inside(told.acme):
        assert list_failing_hooks() == []


def test_nobody_is_followed_elsewhere_and_nobody_home_is_said_in_a_sentence(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        hook = add(told, chat)
        chat.status = 302
        assert "sends us elsewhere" in try_hook(hook, by=told.ada, at=AT)
        hook.address = "http://127.0.0.1:9/closed"
        assert "could not be reached" in try_hook(hook, by=told.ada, at=AT)
    assert len(chat.bodies) == 1


@pytest.mark.parametrize(
    "address",
    ["hooks.slack.com/x", "ftp://hooks.slack.com/x", "http://hooks.slack.com/x", "http://169.254.169.254/latest", ""],
)
def test_what_is_no_address_or_not_encrypted_is_refused(address: str) -> None:
    with pytest.raises(NotAnAddress):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["https://hooks.slack.com/x", "http://mattermost/hooks/1", "http://10.0.0.5:8065/h"]
)
def test_an_encrypted_address_or_a_server_in_the_house_is_taken(address: str) -> None:
    assert check_address(f" {address} ") == address


def test_the_address_is_nowhere_to_be_read_again(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        hook = add(told, chat)
        entry = AuditEntry.objects.get(verb="add_hook")
        assert "secret" not in json.dumps(entry.detail)
        assert hook.told_address == "127.0.0.1 …it=1"
        remove_hook(hook, by=told.ada, at=AT)
        assert Hook.objects.count() == 0


def test_ben_may_not_and_dan_finds_no_channel(told: Cast, chat: Chat) -> None:
    with inside(told.acme):
        hook = add(told, chat)
        with pytest.raises(NotAllowed):
            add_hook("#mine", shape=Shape.SLACK, address=chat.address, by=told.ben, at=AT)
        with pytest.raises(NotAllowed):
            get_hook(hook.pk, seen_by=told.ben)
    with inside(told.globex), pytest.raises(NotFound):
        get_hook(hook.pk, seen_by=told.dan)
