"""Customers answer our messages by replying: their words arrive, machines change nothing, and nothing is lost."""

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.stories import AT, HOUR, YES, fresh, open_by_no, propose, say
from tests.cast import Cast, assemble_cast
from tests.post import carry_post
from untilyes.cases.access import get_attachment, get_case_by_address
from untilyes.cases.actions import end_case, receive_mail, write_to_customer
from untilyes.cases.incoming import LARGEST, MailKind, drop_quotes, read_mail, safe_name, text_of_html
from untilyes.cases.links import read_reply_address, reply_address
from untilyes.cases.mailroom import LATER, Mailroom
from untilyes.cases.models import Case, CaseAttachment, CaseMessage
from untilyes.cases.queries import read_case_page
from untilyes.cases.rules import EndedHow, State
from untilyes.promises.models import Clock
from untilyes.surveys.links import BadLink
from untilyes.surveys.models import Invitation
from untilyes.surveys.rules import InvitationState
from untilyes.workspaces.tenancy import NotFound, inside

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

CLEO = "cleo@customer.example"


@pytest.fixture(autouse=True)
def reply_domain(settings: "Settings") -> None:
    """Acme's mail for this domain comes in here."""
    settings.REPLY_DOMAIN = "reply.acme.example"


@pytest.fixture
def case(acme: Cast) -> Case:
    """Cleo said no; Ben says it is solved."""
    opened = open_by_no(acme)
    propose(acme, opened, at=AT + HOUR)
    return fresh(opened)


def mail(text: str = "Not yet.", *, html: str = "", **headers: str) -> EmailMessage:
    """A mail as Cleo's program writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = CLEO, "reply@reply.acme.example", "Re: your matter"
    message["Message-ID"] = make_msgid(domain="customer.example")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if text or not html:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def receive(case: Case, message: EmailMessage, *, return_path: str = CLEO, hours: int = 2) -> MailKind:
    return receive_mail(bytes(message), to=[reply_address(case)], return_path=return_path, at=AT + hours * HOUR)


def theirs(case: Case) -> list[str]:
    """What the customer said by mail."""
    return list(CaseMessage.objects.filter(case=case, via="email", direction="customer").values_list("text", flat=True))


def test_our_mail_asks_to_be_answered_at_an_address_that_leads_back(acme: Cast, case: Case) -> None:
    sent = carry_post()[-1]
    assert sent.reply_to == [reply_address(case)]
    assert get_case_by_address([f"Acme <{reply_address(case).upper()}>"]) == case
    assert len(reply_address(case).partition("@")[0]) <= 64


def test_without_a_domain_of_its_own_no_address_is_promised(acme: Cast, case: Case, settings: "Settings") -> None:
    settings.REPLY_DOMAIN = ""
    carry_post()
    write_to_customer(case, "Hello.", by=acme.ben, at=AT + HOUR)
    assert carry_post()[0].reply_to == []


@given(st.uuids(), st.integers(0, 41), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_an_address_that_was_altered_leads_nowhere(key: UUID, place: int, letter: str) -> None:
    with override_settings(REPLY_DOMAIN="reply.acme.example"):
        address = reply_address(Case(key=key))
    assert read_reply_address(address) == key
    at = len("reply+") + place
    altered = address[:at] + letter + address[at + 1 :]
    if altered != address:
        try:
            assert read_reply_address(altered) == key, "only the unused last bits may differ"
            assert place == 41
        except BadLink:
            pass


@pytest.mark.parametrize(
    "address", ["", "reply@x.example", "reply+@x.example", "reply+aaaa@x.example", "cleo@x.example"]
)
def test_other_addresses_are_not_ours(address: str) -> None:
    with pytest.raises(BadLink):
        read_reply_address(address)


def test_a_reply_is_the_customers_word_and_puts_a_proposal_back_to_work(acme: Cast, case: Case) -> None:
    assert receive(case, mail("Not yet.\n\nOn Mon, 4 May 2026 Acme wrote:\n> Is it solved?\n")) == MailKind.WORDS
    assert theirs(case) == ["Not yet."]
    assert fresh(case).state == State.WORKING


def test_the_same_mail_delivered_twice_is_taken_in_once(acme: Cast, case: Case) -> None:
    message = mail()
    message.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    for hours in (2, 3):
        receive(case, message, hours=hours)
    assert theirs(case) == ["Not yet."]
    assert CaseAttachment.objects.count() == 1


def test_a_reply_reopens_what_we_gave_up_on_and_leaves_a_yes_closed(acme: Cast, case: Case) -> None:
    end_case(case, how=EndedHow.WITHDREW, reason="By phone.", by=acme.ada, at=AT + HOUR)
    receive(case, mail("I did not."))
    assert fresh(case).state == State.WORKING
    say(propose(acme, fresh(case), "Now it is.", at=AT + 3 * HOUR), YES, at=AT + 4 * HOUR)
    receive(case, mail("Thank you!"), hours=5)
    assert fresh(case).state == State.CLOSED


@pytest.mark.parametrize(
    ("headers", "return_path"),
    [
        ({"Auto_Submitted": "auto-replied"}, CLEO),
        ({"Auto_Submitted": "auto-generated; owner-email=x@y.example"}, CLEO),
        ({"Precedence": "bulk"}, CLEO),
        ({"Precedence": "auto_reply"}, CLEO),
        ({"X_Autoreply": "yes"}, CLEO),
        ({"X_Autorespond": "out of office"}, CLEO),
        ({"List_Id": "<all.customer.example>"}, CLEO),
        ({}, ""),
        ({}, "<>"),
    ],
)
def test_an_automatic_answer_is_no_word_of_the_customers(
    acme: Cast, case: Case, headers: dict[str, str], return_path: str
) -> None:
    end_case(case, how=EndedHow.WITHDREW, reason="By phone.", by=acme.ada, at=AT + HOUR)
    told = receive(case, mail("I am on holiday until Monday.", **headers), return_path=return_path)
    assert told == MailKind.AUTO_REPLY
    assert fresh(case).state == State.ENDED
    assert theirs(case) == []
    assert Clock.objects.get(about=case.ref).withdrawn_at is not None
    line = case.history.get(step="auto_replied")
    assert line.detail["text"] == "I am on holiday until Monday."


def test_a_person_who_says_so_in_the_header_is_a_person(acme: Cast, case: Case) -> None:
    assert receive(case, mail(Auto_Submitted="no")) == MailKind.WORDS


def test_a_message_that_came_back_shows_that_nobody_was_asked(acme: Cast, case: Case) -> None:
    bounce = EmailMessage()
    bounce["From"] = "MAILER-DAEMON@mail.customer.example"
    bounce["Message-ID"] = make_msgid(domain="mail.customer.example")
    bounce.set_content("Delivery failed.")
    bounce.make_mixed()
    bounce.replace_header("Content-Type", 'multipart/report; report-type="delivery-status"')
    for hours in (2, 3):
        assert receive(case, bounce, return_path="", hours=hours) == MailKind.BOUNCE
    assert fresh(case).state == State.PROPOSED
    assert theirs(case) == []
    assert case.history.filter(step="not_delivered").count() == 1
    assert Invitation.objects.get(about=case.ref).state == InvitationState.NOT_DELIVERED


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("No.\n\nOn Mon, 4 May 2026 at 09:00 Acme wrote:\n> Solved?\n> Yes?", "No."),
        ("Nein.\n\nAm 04.05.2026 um 09:00 schrieb Acme <x@y.example>:\n\n> Gelöst?", "Nein."),
        ("No.\n\nEl lun, 4 may 2026 a las 9:00, Acme\n(<x@y.example>) escribió:\n> ¿Resuelto?", "No."),
        ("Não.\n\nEm seg., 4 de mai. de 2026, Acme escreveu:\n> Resolvido?", "Não."),
        ("No.\n-----Original Message-----\nFrom: Acme\nSolved?", "No."),
        ("No.\n________________________________\nFrom: Acme\nSolved?", "No."),
        ("No.\n\n> Solved?", "No."),
        ("No.\n-- \nCleo\nPhone 123", "No."),
        ("> Solved?\nNo.", "> Solved?\nNo."),
        (
            "On Mon, Acme wrote:\n> Which shoe?\nThe left.\n> Which size?\n42.",
            "On Mon, Acme wrote:\n> Which shoe?\nThe left.\n> Which size?\n42.",
        ),
        ("On Monday I wrote: nothing arrived", "On Monday I wrote: nothing arrived"),
        ("> only a quote", "> only a quote"),
    ],
)
def test_our_own_message_below_a_reply_is_dropped_and_answers_in_between_are_kept(written: str, kept: str) -> None:
    assert drop_quotes(written) == kept


@given(st.text())
def test_words_are_never_lost_with_the_quotes(text: str) -> None:
    assert bool(drop_quotes(text)) == bool(text.strip())


def test_an_html_mail_becomes_its_words_and_can_do_nothing() -> None:
    source = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Not <b>yet</b> &amp; no.</p>"
        "<script>alert(1)</script><img src=x onerror=alert(2)><p>Second<br>line</p>"
        "<blockquote>Is it solved?</blockquote></body></html>"
    )
    words = text_of_html(source)
    assert words.split() == ["Not", "yet", "&", "no.", "Second", "line"]
    assert "\n" in words
    assert text_of_html("<blockquote>Only quoted.</blockquote>") == "Only quoted."
    assert "<" not in text_of_html("&lt;script&gt;".replace("&lt;", "<").replace("&gt;", ">") + "words")


def test_the_plain_words_are_preferred_to_the_html_ones() -> None:
    told = read_mail(bytes(mail("Plain.", html="<p>Rich.</p>")), return_path=CLEO)
    assert told.text == "Plain."
    assert read_mail(bytes(mail("", html="<p>Rich.</p>")), return_path=CLEO).text == "Rich."


def test_files_are_kept_up_to_a_limit_and_what_was_left_out_is_said(acme: Cast, case: Case) -> None:
    message = mail("See the picture.")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="../../etc/shoe.png")
    message.add_attachment(b"0" * (LARGEST + 1), maintype="video", subtype="mp4", filename="film.mp4")
    receive(case, message)
    kept = CaseAttachment.objects.get()
    assert (kept.name, kept.content_type, kept.size, bytes(kept.content)) == ("shoe.png", "image/png", 4, b"\x89PNG")
    assert theirs(case) == ["See the picture.\n\n✂ film.mp4"]
    shown = [moment.files for moment in read_case_page(case, seen_by=acme.ben, at=AT + 3 * HOUR).timeline]
    assert [(file.name, file.size) for files in shown for file in files] == [("shoe.png", 4)]


def test_a_file_is_found_through_its_own_case_only(acme: Cast, case: Case) -> None:
    message = mail("")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="a.png")
    receive(case, message)
    kept = CaseAttachment.objects.get()
    assert theirs(case) == ["a.png"]
    assert get_attachment(kept.pk, case=case) == kept
    with pytest.raises(NotFound):
        get_attachment(kept.pk, case=open_by_no(acme, interaction_id="order-2"))
    with inside(acme.globex), pytest.raises(NotFound):
        get_attachment(kept.pk, case=case)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [("C:\\x\\y.doc", "y.doc"), ("..", "attachment"), ("", "attachment"), ("a\u202egnp.exe", "agnp.exe")],
)
def test_a_files_name_cannot_mislead(given_: str, kept: str) -> None:
    assert safe_name(given_) == kept


def test_a_very_long_mail_is_shortened_and_not_refused(acme: Cast, case: Case) -> None:
    receive(case, mail("word " * 5_000))
    assert len(theirs(case)[0]) == 5_000


@given(st.binary(max_size=400), st.sampled_from(["", CLEO]))
def test_whatever_arrives_is_read_and_never_breaks(raw: bytes, return_path: str) -> None:
    told = read_mail(raw, return_path=return_path)
    assert told.kind in MailKind


@pytest.mark.parametrize(
    "header", [b'From: "', b"From: 1.0 @", b"Message-ID: <[", b"Message-ID: <a@", b"Precedence: @ <[", b"From: \xff"]
)
def test_a_broken_header_is_no_reason_to_refuse_a_customers_words(header: bytes) -> None:
    told = read_mail(header + b"\r\nSubject: x\r\n\r\nNot yet.", return_path=CLEO)
    assert (told.kind, told.text) == (MailKind.WORDS, "Not yet.")


def test_a_character_set_nobody_knows_is_read_as_well_as_can_be(acme: Cast, case: Case) -> None:
    raw = (
        b"From: cleo@customer.example\r\nContent-Type: text/plain; charset=martian\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\nNot yet.\r\n"
    )
    receive_mail(raw, to=[reply_address(case)], return_path=CLEO, at=AT + 2 * HOUR)
    assert theirs(case) == ["Not yet."]


def test_a_mail_for_a_forgotten_conversation_is_refused(acme: Cast, case: Case) -> None:
    address = reply_address(case)
    case.delete()
    with pytest.raises(BadLink):
        receive_mail(bytes(mail()), to=[address], return_path=CLEO, at=AT)


def test_the_command_says_what_it_needs(settings: "Settings") -> None:
    settings.REPLY_DOMAIN = ""
    with pytest.raises(CommandError, match="UNTILYES_REPLY_DOMAIN"):
        call_command("receive_mail")


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """The door for mail, open on this machine."""
    room = Mailroom(host="127.0.0.1", port=free_port())
    room.start()
    yield room
    room.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_hands_a_reply_over_and_a_stranger_is_refused_at_the_door(
    lake_root: Path, mailroom: Mailroom
) -> None:
    acme = assemble_cast()
    with inside(acme.acme):
        case = open_by_no(acme)
    with smtplib.SMTP("127.0.0.1", mailroom.port, timeout=10) as server:
        server.sendmail(CLEO, [reply_address(case)], bytes(mail("By mail.")))
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            server.sendmail(CLEO, ["ben@reply.acme.example"], bytes(mail()))
    with inside(acme.acme):
        assert theirs(case) == ["By mail."]


@pytest.mark.django_db(transaction=True)
def test_a_mail_we_stumble_over_stays_with_its_sender(
    lake_root: Path, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("the database is away")

    acme = assemble_cast()
    with inside(acme.acme):
        case = open_by_no(acme)
    monkeypatch.setattr("untilyes.cases.mailroom.receive_mail", fail)
    with smtplib.SMTP("127.0.0.1", mailroom.port, timeout=10) as server, pytest.raises(smtplib.SMTPDataError) as told:
        server.sendmail(CLEO, [reply_address(case)], bytes(mail()))
    assert told.value.smtp_code == int(LATER[:3])


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_may_deliver_by_lmtp(lake_root: Path) -> None:
    acme = assemble_cast()
    with inside(acme.acme):
        case = open_by_no(acme)
    room = Mailroom(host="127.0.0.1", port=free_port(), is_lmtp=True)
    room.start()
    try:
        with smtplib.LMTP("127.0.0.1", room.port) as server:
            server.sendmail(CLEO, [reply_address(case)], bytes(mail("By LMTP.")))
    finally:
        room.stop()
    with inside(acme.acme):
        assert theirs(case) == ["By LMTP."]
