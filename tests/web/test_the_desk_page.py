"""What lies beside a conversation: drafts, colleagues, prepared replies, files, and cases that belong together."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.stories import fresh, open_by_no
from tests.cast import Cast
from tests.post import carry_post
from tests.web.test_working_a_case import words_of
from untilyes.cases.actions import add_customer_message, merge_cases, prepare_reply
from untilyes.cases.models import Case, CaseAttachment, CaseLink, CasePolicy, Draft, PreparedReply
from untilyes.cases.rules import Priority, State
from untilyes.plumbing.clock import now

OK, REDIRECT, UNPROCESSABLE, NOT_FOUND = 200, 302, 422, 404
PAGE = "/w/acme/cases/1/"
HOUR = timedelta(hours=1)


@pytest.fixture
def case(acme: Cast) -> Case:
    return open_by_no(acme, at=now() - HOUR)


def test_a_draft_comes_back_on_the_page_for_its_writer_alone(case: Case, ben: Client, ada: Client) -> None:
    kept = ben.post(PAGE + "draft/", {"text": "We are looking"})
    assert "Draft kept" in words_of(kept)
    assert "We are looking</textarea>" in ben.get(PAGE).content.decode()
    assert "We are looking" not in ada.get(PAGE).content.decode()
    assert "Ben is writing here" in words_of(ada.post(PAGE + "presence/"))
    ben.post(PAGE + "write/", {"text": "We are looking for it."})
    assert not Draft.objects.exists()


def test_a_colleague_at_the_same_case_is_shown(case: Case, ben: Client, ada: Client) -> None:
    assert words_of(ben.post(PAGE + "presence/")) == ""
    assert "Ben is looking at this too" in words_of(ada.get(PAGE))


def test_words_that_came_meanwhile_are_read_first_and_what_was_typed_is_kept(case: Case, ben: Client) -> None:
    stamp = read_until(ben.get(PAGE))
    add_customer_message(case, "It has come!", at=now())
    answer = ben.post(PAGE + "write/", {"text": "We look for it.", "read_until": stamp})
    assert answer.status_code == UNPROCESSABLE
    assert "Cleo wrote after you opened this page" in words_of(answer)
    assert "We look for it.</textarea>" in answer.content.decode()
    again = ben.post(PAGE + "write/", {"text": "Glad to hear.", "read_until": read_until(answer)})
    assert again.status_code == REDIRECT


def test_files_travel_with_a_reply_and_are_handed_out_for_saving_only(case: Case, ben: Client, dan: Client) -> None:
    page = b"<script>alert(1)</script>"
    ben.post(
        PAGE + "write/", {"text": "See the label.", "files": [upload("label.pdf", b"%PDF"), upload("x.txt", page)]}
    )
    carry_post()
    sent = mail.outbox[-1]
    assert [name for name, _, _ in sent.attachments] == ["label.pdf", "x.txt"]
    attachment = CaseAttachment.objects.get(name="x.txt")
    answer: Any = ben.get(f"{PAGE}files/{attachment.pk}/")
    assert b"".join(answer.streaming_content) == page
    assert answer.headers["Content-Disposition"] == 'attachment; filename="x.txt"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "label.pdf" in words_of(ben.get(PAGE))
    assert dan.get(f"{PAGE}files/{attachment.pk}/").status_code == NOT_FOUND


def test_a_file_of_another_case_is_not_found_here(case: Case, ben: Client, acme: Cast) -> None:
    open_by_no(acme, interaction_id="order-2", at=now() - HOUR)
    ben.post("/w/acme/cases/2/write/", {"text": "See.", "files": upload("label.pdf", b"%PDF")})
    assert ben.get(f"{PAGE}files/{CaseAttachment.objects.get().pk}/").status_code == NOT_FOUND


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("run.exe", b"MZ")], "run.exe is a kind of file that can do harm"),
        ([("page.html", b"<p>")], "page.html is a kind of file that can do harm"),
        ([("empty.pdf", b"")], "empty.pdf is empty"),
        ([("big.pdf", b"x" * (5 * 1024 * 1024 + 1))], "big.pdf is larger than 5 MB"),
        ([(f"{n}.pdf", b"x") for n in range(11)], "At most 10 files"),
        ([(f"{n}.pdf", b"x" * 4_000_000) for n in range(4)], "larger than 15 MB together"),
    ],
    ids=["exe", "html", "empty", "big", "many", "together"],
)
def test_files_that_cannot_travel_are_refused_and_nothing_is_sent(
    case: Case, ben: Client, files: list[tuple[str, bytes]], why: str
) -> None:
    sent = {"text": "See.", "files": [upload(name, content) for name, content in files]}
    answer = ben.post(PAGE + "write/", sent)
    assert answer.status_code == UNPROCESSABLE
    assert why in words_of(answer)
    assert not CaseAttachment.objects.exists()
    assert case.messages.filter(direction="us").count() == 0


def test_a_prepared_reply_is_inserted_with_and_without_a_script(case: Case, ben: Client, acme: Cast) -> None:
    reply = prepare_reply("Received", {"en": "Hello {customer}, {case}."}, is_shared=True, by=acme.ben, at=now())
    assert "Hello Cleo, #1." in words_of(ben.get(PAGE + "offer/", {"find": "receiv"}))
    assert "No prepared reply fits" in words_of(ben.get(PAGE + "offer/", {"find": "zebra"}))
    ben.post(PAGE + "draft/", {"text": "Draft."})
    assert "Draft.\n\nHello Cleo, #1.</textarea>" in ben.get(PAGE, {"reply": str(reply.pk)}).content.decode()
    assert ben.get(PAGE, {"reply": "999"}).status_code == NOT_FOUND


def test_replies_are_prepared_changed_and_removed_on_their_page(ben: Client, ada: Client, acme: Cast) -> None:
    page = "/w/acme/cases/replies/"
    assert "Nothing is prepared yet" in words_of(ben.get(page))
    refused = ben.post(page + "keep/", {"name": "By when", "text.en": "By {when}.", "shared": "yes"})
    assert refused.status_code == UNPROCESSABLE
    assert "{when} cannot be filled in" in words_of(refused)
    assert "By {when}.</textarea>" in refused.content.decode()
    ben.post(
        page + "keep/", {"name": "By when", "text.en": "By {promise}.", "text.de": "Bis {promise}.", "shared": "yes"}
    )
    reply = PreparedReply.objects.get()
    assert reply.texts == {"en": "By {promise}.", "de": "Bis {promise}."}
    ada.post(
        page + "keep/", {"name": "Until", "text.en": "By {promise}!", "instead_of": str(reply.pk), "shared": "yes"}
    )
    assert PreparedReply.objects.get().name == "Until"
    ben.post(f"{page}{reply.pk}/remove/")
    assert not PreparedReply.objects.exists()


def test_a_case_is_snoozed_woken_and_given_a_priority_on_its_page(case: Case, ben: Client) -> None:
    assert "It comes back on" in words_of(ben.post(PAGE + "snooze/", {"until": "tomorrow"}, follow=True))
    assert "snoozed until" in words_of(ben.get(PAGE))
    ben.post(PAGE + "wake/")
    assert fresh(case).snoozed_until is None
    assert ben.post(PAGE + "snooze/", {"until": "never"}).status_code == UNPROCESSABLE
    ben.post(PAGE + "snooze/", {"on": f"{now() + 3 * HOUR:%Y-%m-%dT%H:%M}", "until": "hours"})
    assert fresh(case).snoozed_until is not None
    ben.post(PAGE + "priority/", {"priority": "2"})
    assert fresh(case).priority == Priority.URGENT


def test_cases_are_merged_parted_split_and_linked_on_their_pages(case: Case, ben: Client, acme: Cast) -> None:
    other = open_by_no(acme, interaction_id="order-2", at=now() - HOUR / 2)
    assert "Same matter as another case" in words_of(ben.get(PAGE))
    merged = ben.post("/w/acme/cases/2/merge/", {"other": "1"})
    assert merged.headers["Location"] == PAGE + "#latest"
    assert "#2 was found to be the same matter" in words_of(ben.get(PAGE))
    assert "The same matter as #1" in words_of(ben.get("/w/acme/cases/2/"))
    ben.post("/w/acme/cases/2/part/")
    assert fresh(other).state == State.OPEN
    ben.post(PAGE + "link/", {"other": "#2", "kind": "related"})
    assert "#2 Cleo is related" in words_of(ben.get(PAGE))
    ben.post(f"{PAGE}unlink/{CaseLink.objects.get().pk}/")
    assert not CaseLink.objects.exists()
    message = add_customer_message(case, "And the bill.", at=now())
    assert "Begin another case with this" in words_of(ben.get(PAGE))
    assert ben.post(f"{PAGE}split/{message.pk}/").headers["Location"] == "/w/acme/cases/3/#latest"
    assert "#3 Cleo began with words from here" in words_of(ben.get(PAGE))
    told = words_of(ben.get(PAGE))
    for line in ("Ben took in #2", "Ben gave back #2", "Ben linked it with #2", "began another case with these words"):
        assert line in told


def test_what_cannot_be_joined_is_refused_with_the_reason(case: Case, ben: Client) -> None:
    for path, sent, why in (
        ("merge/", {"other": "77"}, "There is no case #77"),
        ("merge/", {}, "Say with which case"),
        ("link/", {"other": "1", "kind": "related"}, "cannot be linked to itself"),
        ("link/", {"other": "1", "kind": "odd"}, "and how"),
        ("part/", {}, "was not merged"),
    ):
        answer = ben.post(PAGE + path, sent)
        assert (answer.status_code, why in words_of(answer)) == (UNPROCESSABLE, True), path


def test_the_page_says_that_a_cause_comes_before_a_proposal(case: Case, ben: Client) -> None:
    assert "name the root cause under Handling" in words_of(ben.get(PAGE))
    refused = ben.post(PAGE + "propose/", {"text": "Done."})
    assert refused.status_code == UNPROCESSABLE
    assert "Name the root cause first" in words_of(refused)
    CasePolicy.objects.update(cause_rule="reason")
    assert ben.post(PAGE + "propose/", {"text": "Done.", "cause_missing": "The carrier looks."}).status_code == REDIRECT
    ben.post(PAGE + "cause/", {"cause": "Delivery > carrier"})
    assert fresh(case).root_cause == "Delivery › carrier"
    assert "<option>Delivery › carrier</option>" in ben.get(PAGE).content.decode()


def test_the_customers_old_link_shows_the_case_that_goes_on(case: Case, client: Client, acme: Cast) -> None:
    from untilyes.cases.links import link_to_case

    other = open_by_no(acme, interaction_id="order-2", at=now() - HOUR / 2)
    merge_cases(case, other, by=acme.ben, at=now())
    path = link_to_case(other).partition("/c/")[2]
    client.post(f"/c/{path}", {"text": "Still nothing."})
    assert case.messages.filter(text="Still nothing.").exists()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def read_until(answer: Any) -> str:
    found = re.search(r'name="read_until" value="([^"]+)"', answer.content.decode())
    assert found is not None
    return found.group(1).replace("&#x2B;", "+")
