"""Files are brought in on a page: looked at first, taken in when somebody says so, forgotten afterwards."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from untilyes.analysis.measures import MEASURES
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.sources import jobs
from untilyes.sources.models import ImportRun, Upload
from untilyes.sources.uploading import forget_uploads

OK, REDIRECT, FORBIDDEN, NOT_FOUND, UNPROCESSABLE = 200, 302, 403, 404, 422
NEW = "/w/acme/listen/import/"
ANSWERS = b"date,email,nps,comment\n2026-05-01,cleo@customer.example,9,Quick\n2026-05-02,dora@customer.example,3,Slow\n"


def bring(browser: Client, content: bytes, *, name: str = "answers.csv", recipe: str = "generic_csv") -> Any:
    return browser.post(NEW, {"recipe": recipe, "files": [SimpleUploadedFile(name, content)]})


@pytest.fixture
def upload(acme: Cast, ada: Client) -> Upload:
    """Two answers, brought in and looked at."""
    bring(ada, ANSWERS)
    found = Upload.objects.get()
    jobs.look_over(acme.acme.pk, found.pk)
    return Upload.objects.get()


def page_of(browser: Client, upload: Upload) -> str:
    return unescape(browser.get(f"{NEW}{upload.pk}/").content.decode())


def take_in(acme: Cast, browser: Client, upload: Upload) -> None:
    browser.post(f"{NEW}{upload.pk}/take-in/")
    jobs.take_in(acme.acme.pk, upload.pk)


def test_a_look_says_what_would_happen_and_changes_nothing(ada: Client, upload: Upload) -> None:
    told = page_of(ada, upload)
    assert "This is what would happen" in told
    assert "answers.csv (2 rows)" in told
    assert "an answer on a scale" in told or "nps" in told
    assert "1 unhappy answer" in told
    assert ImportRun.objects.count() == 0
    assert open_lake().version("answers") == -1


def test_taken_in_it_counts_and_the_files_are_gone(acme: Cast, ada: Client, upload: Upload) -> None:
    take_in(acme, ada, upload)
    told = page_of(ada, upload)
    assert "Taken in" in told
    assert "Look for findings" in told
    assert MEASURES["nps"](open_lake(), floor=0).total.n == 2
    assert not list(upload.folder.glob("*.csv"))
    assert ImportRun.objects.get().by == acme.ada


def test_bringing_it_in_again_changes_nothing_and_says_so(acme: Cast, ada: Client, upload: Upload) -> None:
    take_in(acme, ada, upload)
    bring(ada, ANSWERS)
    again = Upload.objects.first()
    assert again is not None
    jobs.look_over(acme.acme.pk, again.pk)
    take_in(acme, ada, again)
    assert "Everything was known already" in page_of(ada, again)
    assert MEASURES["nps"](open_lake(), floor=0).total.n == 2


def test_rows_left_out_can_be_taken_away_with_their_reasons(acme: Cast, ada: Client) -> None:
    more = b"".join(b"2026-%02d-%02d,c%d@customer.example,8,\n" % (1 + n // 28, 1 + n % 28, n) for n in range(84))
    bring(ada, ANSWERS + more + b"yesterday,emil@customer.example,8,\n")
    found = Upload.objects.get()
    jobs.look_over(acme.acme.pk, found.pk)
    take_in(acme, ada, found)
    assert "left out" in page_of(ada, found)
    left_out = b"".join(ada.get(f"{NEW}{found.pk}/left-out.csv").streaming_content)  # type: ignore[attr-defined]
    assert b"emil@customer.example" in left_out


def test_a_guess_can_be_changed_and_a_mistake_is_told_with_its_line(acme: Cast, ada: Client, upload: Upload) -> None:
    wrong = ada.post(f"{NEW}{upload.pk}/recipe/", {"text": upload.text.replace("question:", "qestion:")})
    assert wrong.status_code == UNPROCESSABLE
    assert "qestion" in unescape(wrong.content.decode())
    ada.post(f"{NEW}{upload.pk}/recipe/", {"text": upload.text.replace("'nps'", "'csat'")})
    jobs.look_over(acme.acme.pk, upload.pk)
    changed = Upload.objects.get()
    assert changed.stage == Upload.Stage.LOOKED
    assert "csat" in str(changed.told["preview"])


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"name,colour\nCleo,red\n", "nothing.csv", "dates or times"),
        (b"%PDF-1.7", "paper.pdf", "we read"),
        (b"\n", "empty.csv", "empty.csv"),
    ],
    ids=["no times", "no table", "nothing"],
)
def test_what_cannot_be_read_says_why(acme: Cast, ada: Client, content: bytes, name: str, told: str) -> None:
    bring(ada, content, name=name)
    found = Upload.objects.get()
    jobs.look_over(acme.acme.pk, found.pk)
    assert Upload.objects.get().stage == Upload.Stage.FAILED
    page = page_of(ada, found)
    assert told in page
    assert "Nothing was changed" in page


def test_files_that_are_not_the_ones_a_recipe_asks_for_are_named(acme: Cast, ada: Client) -> None:
    bring(ada, ANSWERS, recipe="olist")
    found = Upload.objects.get()
    jobs.look_over(acme.acme.pk, found.pk)
    assert "orders: *orders_dataset.csv*" in page_of(ada, found)


def test_a_name_leads_nowhere_but_into_its_folder(acme: Cast, ada: Client) -> None:
    bring(ada, ANSWERS, name="../../../.evil/../answers.csv")
    kept = [path for path in Upload.objects.get().folder.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["answers.csv"]


def test_nothing_and_two_of_a_name_are_refused(acme: Cast, ada: Client) -> None:
    assert "Choose at least one file" in ada.post(NEW, {"recipe": "olist"}).content.decode()
    twice = [SimpleUploadedFile("a.csv", ANSWERS), SimpleUploadedFile("a.csv", ANSWERS)]
    refused = ada.post(NEW, {"recipe": "generic_csv", "files": twice})
    assert (refused.status_code, Upload.objects.count()) == (UNPROCESSABLE, 0)


def test_after_a_week_it_is_forgotten(ada: Client, upload: Upload) -> None:
    assert forget_uploads(at=now() + timedelta(days=6)) == 0
    assert forget_uploads(at=now() + timedelta(days=8)) == 1
    assert not upload.folder.exists()
    assert ada.get(f"{NEW}{upload.pk}/").status_code == NOT_FOUND


def test_agents_may_not_and_dan_finds_nothing(acme: Cast, ben: Client, dan: Client, upload: Upload) -> None:
    assert ben.get(NEW).status_code == FORBIDDEN
    assert bring(ben, ANSWERS).status_code == FORBIDDEN
    asks: list[tuple[Callable[..., Any], str]] = [
        (dan.get, ""),
        (dan.get, f"{upload.pk}/"),
        (dan.get, f"{upload.pk}/left-out.csv"),
        (dan.post, f"{upload.pk}/take-in/"),
        (dan.post, f"{upload.pk}/discard/"),
    ]
    assert {ask(f"{NEW}{path}").status_code for ask, path in asks} == {NOT_FOUND}
    assert {ask(f"/w/globex/listen/import/{path}").status_code for ask, path in asks[1:]} == {NOT_FOUND}
    assert Path(upload.folder).is_dir()
