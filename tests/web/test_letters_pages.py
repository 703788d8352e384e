"""The pages of letters: a draft from facts, a person's words, an approval, and who has it."""

from django.test import Client

from tests.campaigns.test_everybody_hears_back import TEXTS, hear, written
from tests.cases.stories import DAY, YES
from tests.cast import Cast
from tests.post import carry_post
from tests.web.test_campaigns_pages import text_of
from untilyes.campaigns.jobs import send_letters
from untilyes.campaigns.models import Letter
from untilyes.plumbing.clock import now

PAGE = "/w/acme/campaigns/letters/"
OK, FORBIDDEN, NOT_FOUND, REFUSED = 200, 403, 404, 422
SENT = {f"{part}-{language}": text for language, said in TEXTS.items() for part, text in said.items()}


def test_ada_drafts_writes_and_approves_and_everybody_hears_back(acme: Cast, ada: Client) -> None:
    hear(acme, acme.cleo, YES, at=now() - 31 * DAY)
    hear(acme, acme.cleo, YES, at=now() - 62 * DAY)
    assert "No letter yet" in text_of(ada.get(PAGE))
    ada.post(f"{PAGE}draft/")
    letter = Letter.objects.get()
    page = ada.get(f"{PAGE}{letter.pk}/")
    assert "1 customer would get it" in text_of(page)
    assert "1 of you told us what you think." in page.content.decode()
    ada.post(f"{PAGE}{letter.pk}/write/", SENT)
    carry_post()
    ada.post(f"{PAGE}{letter.pk}/approve/")
    send_letters()
    assert [mail.to for mail in carry_post()] == [["cleo@customer.example"]]
    shown = ada.get(f"{PAGE}{letter.pk}/")
    assert "1 has it, 0 wait" in text_of(shown)
    assert "/heard/" in shown.content.decode()


def test_a_part_left_empty_is_refused_and_nothing_typed_is_lost(acme: Cast, ada: Client) -> None:
    hear(acme, acme.cleo, YES)
    letter = written(acme)
    page = ada.post(f"{PAGE}{letter.pk}/write/", SENT | {"did-en": "", "heard-en": "Much was said."})
    assert page.status_code == REFUSED
    assert "What we did has at least one" in text_of(page)
    assert "Much was said." in text_of(page)
    assert Letter.objects.get().texts == TEXTS


def test_ben_reads_letters_and_sends_none(acme: Cast, ben: Client) -> None:
    hear(acme, acme.cleo, YES)
    letter = written(acme)
    assert ben.get(PAGE).status_code == OK
    assert ben.get(f"{PAGE}{letter.pk}/").status_code == OK
    for address in ("plan/", "draft/", f"{letter.pk}/write/", f"{letter.pk}/approve/"):
        assert ben.post(PAGE + address, SENT).status_code == FORBIDDEN


def test_dan_finds_nothing(acme: Cast, dan: Client) -> None:
    hear(acme, acme.cleo, YES)
    letter = written(acme)
    for house in ("acme", "globex"):
        for address in (f"{letter.pk}/write/", f"{letter.pk}/approve/"):
            assert dan.post(f"/w/{house}/campaigns/letters/{address}", SENT).status_code == NOT_FOUND
        assert dan.get(f"/w/{house}/campaigns/letters/{letter.pk}/").status_code == NOT_FOUND
    assert dan.get(PAGE).status_code == NOT_FOUND
    assert Letter.objects.get().approved_at is None
