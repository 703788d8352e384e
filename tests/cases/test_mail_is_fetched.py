"""Replies fetched from a mailbox: taken in once, marked as seen only when they are in the database, none lost."""

from email.message import EmailMessage
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from tests.cases.imap import Postbox, serve
from tests.cases.stories import AT, HOUR, fresh, open_by_no, propose
from tests.cast import Cast
from untilyes.cases import polling
from untilyes.cases.actions import receive_mail
from untilyes.cases.jobs import poll_mail
from untilyes.cases.links import reply_address
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.polling import Mailbox, MailboxRefuses, read_envelope
from untilyes.cases.rules import State

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

LATER = AT + 2 * HOUR


@pytest.fixture
def case(acme: Cast, settings: "Settings") -> Case:
    """Cleo said no, Ben says it is solved, and her replies reach a mailbox."""
    settings.REPLY_DOMAIN = "reply.acme.example"
    settings.IMAP_HOST, settings.IMAP_USER, settings.IMAP_PASSWORD = "127.0.0.1", "acme", "right"
    settings.IMAP_USE_TLS, settings.IMAP_FOLDER = False, "INBOX"
    opened = open_by_no(acme)
    propose(acme, opened, at=AT + HOUR)
    return fresh(opened)


def reply(case: Case, text: str, *, number: int = 1, **headers: str) -> bytes:
    """A reply as it lies in the mailbox."""
    message = EmailMessage()
    message["Return-Path"] = "<cleo@customer.example>"
    message["From"], message["Subject"] = "Cleo <cleo@customer.example>", "Re: your matter"
    message["To"] = f"Acme <{reply_address(case)}>"
    message["Message-ID"] = f"<{number}@customer.example>"
    for name, value in headers.items():
        del message[name.replace("_", "-")]
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def fetch(box: Postbox, settings: "Settings") -> polling.Round:
    with serve(box) as port:
        settings.IMAP_PORT = port
        return poll_mail(LATER)


def theirs(case: Case) -> list[str]:
    return list(CaseMessage.objects.filter(case=case, via="email", direction="customer").values_list("text", flat=True))


def test_a_reply_in_the_mailbox_is_the_customers_word(case: Case, settings: "Settings") -> None:
    box = Postbox(reply(case, "Not yet."))
    done = fetch(box, settings)
    assert (done.taken, theirs(case)) == (1, ["Not yet."])
    assert fresh(case).state == State.WORKING
    assert box.unseen() == []


def test_fetching_again_takes_in_nothing_twice(case: Case, settings: "Settings") -> None:
    box = Postbox(reply(case, "Not yet."))
    fetch(box, settings)
    assert fetch(box, settings).taken == 0
    box.flags[0].clear()  # a crash after the commit, before the mail was marked
    assert fetch(box, settings).taken == 1
    assert theirs(case) == ["Not yet."]


def test_what_cannot_be_taken_in_stays_unseen_and_the_others_are_fetched(case: Case, settings: "Settings") -> None:
    box = Postbox(reply(case, "First.", number=1), reply(case, "Second.", number=2))
    stumbles = [OSError("the database is away"), None]

    def stumble(*args: object, **more: object) -> object:
        if (problem := stumbles.pop(0)) is not None:
            raise problem
        return receive_mail(*args, **more)  # type: ignore[arg-type]

    with patch("untilyes.cases.jobs.receive_mail", side_effect=stumble):
        done = fetch(box, settings)
    assert (done.taken, done.left, box.unseen()) == (1, 1, [1])
    assert fetch(box, settings).taken == 1
    assert theirs(case) == ["Second.", "First."]


def test_reading_a_mail_is_not_what_marks_it(case: Case, settings: "Settings") -> None:
    box = Postbox(reply(case, "Hello."))
    fetch(box, settings)
    asked = [command for command in box.commands if "BODY" in command]
    assert asked == ["UID FETCH 1 (BODY.PEEK[])"]
    order = [command.split()[1] for command in box.commands if command.startswith("UID")]
    assert order == ["SEARCH", "FETCH", "FETCH", "STORE"]


def test_mail_to_other_addresses_is_left_where_it_is(case: Case, settings: "Settings") -> None:
    box = Postbox(reply(case, "Cheap shoes!", To="sales@acme.example"), reply(case, "Not yet.", number=2))
    done = fetch(box, settings)
    assert (done.taken, done.not_ours, box.unseen()) == (1, 1, [])
    assert theirs(case) == ["Not yet."]


def test_the_address_is_found_where_the_mailbox_wrote_it(case: Case, settings: "Settings") -> None:
    box = Postbox(reply(case, "By way of a list.", To="list@acme.example", Delivered_To=reply_address(case)))
    assert fetch(box, settings).taken == 1
    assert theirs(case) == ["By way of a list."]


def test_machines_answers_reopen_nothing(case: Case, settings: "Settings") -> None:
    away = reply(case, "I am away.", Auto_Submitted="auto-replied")
    back = reply(case, "Undelivered.", number=2, Return_Path="<>", From="MAILER-DAEMON@customer.example")
    fetch(Postbox(away, back), settings)
    assert theirs(case) == []
    assert fresh(case).state == State.PROPOSED


def test_a_mail_that_is_too_large_is_flagged_and_never_loaded(
    case: Case, settings: "Settings", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LARGEST_MAIL", 100)
    box = Postbox(reply(case, "x" * 200))
    assert fetch(box, settings).too_large == 1
    assert box.flags == [{"\\Seen", "\\Flagged"}]
    assert not any("BODY" in command for command in box.commands)


def test_a_server_that_speaks_no_tls_never_hears_the_password(case: Case, settings: "Settings") -> None:
    settings.IMAP_USE_TLS = True
    box = Postbox(reply(case, "Hello."))
    with pytest.raises(MailboxRefuses):
        fetch(box, settings)
    assert not any("LOGIN" in command for command in box.commands)
    assert "right" not in repr(Mailbox("host", 993, "acme", "right"))


@pytest.mark.parametrize(("name", "value"), [("IMAP_PASSWORD", "wrong"), ("IMAP_FOLDER", "Nowhere")])
def test_a_mailbox_that_refuses_is_said_to(case: Case, settings: "Settings", name: str, value: str) -> None:
    setattr(settings, name, value)
    with pytest.raises(MailboxRefuses):
        fetch(Postbox(), settings)


def test_the_command_says_what_came_of_it(case: Case, settings: "Settings", capsys: pytest.CaptureFixture[str]) -> None:
    with serve(Postbox(reply(case, "Not yet."))) as port:
        settings.IMAP_PORT = port
        call_command("poll_mail")
    assert "1 taken in, 0 to none of our addresses" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("poll_mail")  # nobody serves there any more


def test_without_a_mailbox_nothing_is_fetched(acme: Cast, settings: "Settings") -> None:
    settings.IMAP_HOST = ""
    assert poll_mail(LATER).taken == 0
    with pytest.raises(CommandError, match="UNTILYES_IMAP_HOST"):
        call_command("poll_mail")


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"To: \xff<\r\n\r\n", b"Return-Path: \r\nTo: a@b, c\r\n\r\nx"])
def test_any_bytes_have_some_envelope(raw: bytes) -> None:
    to, back = read_envelope(raw)
    assert isinstance(to, list)
    assert isinstance(back, str)
