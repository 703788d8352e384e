"""A letter's public page, and the way out of letters that needs no sign-in."""

from django.test import Client

from tests.campaigns.audience import person
from tests.campaigns.test_everybody_hears_back import JUNE, TEXTS, hear, written
from tests.cases.stories import YES
from tests.cast import Cast
from untilyes.campaigns.actions import approve_letter
from untilyes.campaigns.links import link_to_letter, link_to_stop_letters
from untilyes.campaigns.models import LetterRefusal
from untilyes.campaigns.wordings import campaign_words
from untilyes.customers.models import Customer
from untilyes.surveys.links import sign_key
from untilyes.workspaces.tenancy import inside

OK, NOT_FOUND = 200, 404


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_anybody_with_the_link_reads_an_approved_letter_in_their_language(cast: Cast) -> None:
    with inside(cast.acme):
        hear(cast, cast.cleo, YES)
        letter = written(cast)
        address = path_of(link_to_letter(letter))
        reader = Client()
        assert reader.get(address).status_code == NOT_FOUND  # a draft is nobody's business
        approve_letter(letter, by=cast.ada, at=JUNE)
    page = reader.get(address).content.decode()
    assert TEXTS["en"]["did"] in page
    assert "Acme" in page
    german = reader.get(f"{address}?lang=de").content.decode()
    assert TEXTS["de"]["heard"] in german
    assert '<html lang="de">' in german
    assert TEXTS["en"]["did"] in reader.get(f"{address}?lang=pt").content.decode()
    assert not reader.cookies


def test_one_button_ends_letters_and_nothing_else(cast: Cast) -> None:
    with inside(cast.acme):
        dora = person("Dora", language="de")
        address = path_of(link_to_stop_letters(dora))
    reader = Client()
    asked = reader.get(address).content.decode()
    assert campaign_words("de")["letter_stop_title"] in asked
    with inside(cast.acme):
        assert not LetterRefusal.objects.exists()  # opening a link, as a mail scanner does, refuses nothing
    done = reader.post(address).content.decode()
    assert campaign_words("de")["letter_stop_done"] in done
    reader.post(address)
    with inside(cast.acme):
        assert LetterRefusal.objects.get().customer == dora
        assert Customer.objects.get(pk=dora.pk).opted_out_at is None


def test_a_link_for_something_else_opens_no_letter(cast: Cast) -> None:
    with inside(cast.acme):
        hear(cast, cast.cleo, YES)
        letter = approve_letter(written(cast), by=cast.ada, at=JUNE)
    wrong = [sign_key(letter.key, purpose="survey"), sign_key(cast.cleo.pk, purpose="letter"), "nonsense"]
    for token in wrong:
        assert Client().get(f"/heard/{token}/").status_code == NOT_FOUND
        assert Client().post(f"/heard/{token}/stop/").status_code == NOT_FOUND
