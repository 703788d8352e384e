"""Knowledge through its pages: written by Ben, vouched for by Ada, linked beside a case, out of Dan's sight."""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.cases.stories import CAUSE, NO, YES, fresh, open_by_no, say
from tests.cast import Cast
from untilyes.cases.actions import set_root_cause
from untilyes.cases.learning import link_article, want_lessons
from untilyes.cases.models import Case
from untilyes.cases.rules import State
from untilyes.knowledge.actions import Text, begin_article, flag_article, record_search
from untilyes.knowledge.models import Article, ArticleVersion, Lesson, Search
from untilyes.knowledge.queries import list_lessons_of
from untilyes.knowledge.rules import Audience, Confidence, Place
from untilyes.plumbing.clock import now
from untilyes.surveys.models import Invitation
from untilyes.workspaces.models import Member

OK, REDIRECT, FORBIDDEN, NOT_FOUND, UNPROCESSABLE = 200, 302, 403, 404, 422
PAGE = "/w/acme/knowledge/"
CASE = "/w/acme/cases/1/"
BESIDE = "/w/acme/knowledge/beside/1/"
HTMX = {"HX-Request": "true"}
TYPED = {"title": "A left shoe is missing", "asked_as": "Only one shoe in the box", "body": "Ask the **shop** for it."}
HOUR = timedelta(hours=1)


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "PNG")
    return SimpleUploadedFile("x.png", out.getvalue(), "image/png")


def test_before_there_is_anything_the_page_teaches_how_it_grows(acme: Cast, ben: Client) -> None:
    page = words_of(ben.get(PAGE))
    assert "No articles yet" in page
    assert "begin one from the customer’s own words" in page


def test_ben_writes_ada_validates_and_every_version_stays(acme: Cast, ben: Client, ada: Client) -> None:
    assert ben.post(PAGE + "new/", TYPED).headers["Location"] == PAGE + "1/"
    assert "in progress" in words_of(ben.get(PAGE + "1/"))
    assert "<strong>shop</strong>" in ben.get(PAGE + "1/").content.decode()
    ben.post(PAGE + "1/finish/")
    assert ben.post(PAGE + "1/validate/").status_code == FORBIDDEN
    ada.post(PAGE + "1/govern/", {"audience": "everyone", "governance": "by_use", "review_on": "2030-01-01"})
    ada.post(PAGE + "1/validate/")
    article = Article.objects.get()
    assert (article.confidence, article.audience) == (Confidence.VALIDATED, Audience.EVERYONE)
    ben.post(PAGE + "1/edit/", {**TYPED, "body": "Ask the **store** for it."})
    page = words_of(ben.get(PAGE + "1/"))
    assert "Customers read an earlier version until this one is validated." in page
    versions = words_of(ben.get(PAGE + "1/versions/"))
    assert "− gone: Ask the **shop** for it." in versions
    assert "+ new: Ask the **store** for it." in versions
    ben.post(PAGE + "1/versions/1/restore/")
    assert "brings back version 1" in words_of(ben.get(PAGE + "1/versions/"))
    assert ArticleVersion.objects.count() == 3


def test_a_refused_article_keeps_what_was_typed(acme: Cast, ben: Client) -> None:
    refused = ben.post(PAGE + "new/", {**TYPED, "title": " ", "step": ["Open it."], "picture": [""]})
    assert refused.status_code == UNPROCESSABLE
    assert "Give it a title" in words_of(refused)
    assert "Ask the **shop** for it." in refused.content.decode()
    assert "Open it." in refused.content.decode()


def test_an_article_is_written_in_the_languages_of_the_house(acme: Cast, ben: Client) -> None:
    ben.post(PAGE + "new/", TYPED)
    ben.post(PAGE + "1/edit/?language=de", {"title": "Ein Schuh fehlt", "body": "Fragen Sie im Laden."})
    assert "Ein Schuh fehlt" in words_of(ben.get(PAGE + "1/?language=de"))
    assert "A left shoe is missing" in words_of(ben.get(PAGE + "1/"))


def test_a_picture_is_added_shown_and_put_on_a_step(acme: Cast, ben: Client, dan: Client) -> None:
    ben.post(PAGE + "new/", TYPED)
    refused = ben.post(
        PAGE + "1/upload/", {"name": "The box", "file": SimpleUploadedFile("x.png", b"<svg/>", "image/png")}
    )
    assert refused.status_code == UNPROCESSABLE
    assert "no picture we can read" in words_of(refused)
    ben.post(PAGE + "1/upload/", {"name": "The box", "file": picture()})
    ben.post(PAGE + "1/edit/", {**TYPED, "step": ["Open it.", "Look."], "picture": ["1", ""]})
    html = ben.get(PAGE + "1/").content.decode()
    [address] = re.findall(r'<img src="(/w/acme/knowledge/files/[^"]+)"', html)
    assert '<ol class="slides"' in html
    shown = ben.get(address)
    assert (shown.status_code, shown.headers["Content-Type"]) == (OK, "image/webp")
    assert b"".join(shown)[8:12] == b"WEBP"
    assert dan.get(address).status_code == NOT_FOUND


def test_the_case_page_suggests_by_the_customers_words_and_ben_links(acme: Cast, ben: Client) -> None:
    begin_article(Text("A shoe is missing", "Ask the shop.", "The left shoe is not in the box"), by=acme.ben, at=now())
    begin_article(Text("Opening hours", "Nine to five."), by=acme.ben, at=now())
    case = open_by_no(acme, at=now() - HOUR)
    page = words_of(ben.get(CASE))
    assert "What we know" in page
    assert "A1 A shoe is missing" in page
    assert "Opening hours" not in page
    answer = ben.post(BESIDE + "link/", {"article": "1"}, headers=HTMX)
    assert "A1 linked by Ben" in words_of(answer)
    assert "<html" not in answer.content.decode()
    assert [lesson.article.number for lesson in list_lessons_of(case.ref) if lesson.article] == [1]
    ben.post(BESIDE + "take-back/", {"lesson": str(Lesson.objects.get().pk)})
    assert list_lessons_of(case.ref) == []


def test_without_a_script_the_panel_works_too(acme: Cast, ben: Client) -> None:
    begin_article(Text("A shoe is missing", "Ask the shop."), by=acme.ben, at=now())
    open_by_no(acme, at=now() - HOUR)
    assert "<html" in ben.get(BESIDE, {"q": "shop"}).content.decode()
    assert ben.post(BESIDE + "link/", {"article": "1"}).headers["Location"] == CASE + "#knowledge"
    refused = ben.post(BESIDE + "nothing/", {"why": ""})
    assert refused.status_code == UNPROCESSABLE
    assert "Say why there is nothing to learn" in words_of(refused)
    assert ben.post(BESIDE + "link/", {"article": "99"}).status_code == NOT_FOUND


def test_from_no_to_yes_with_a_lesson_and_the_articles_confidence_rises(acme: Cast, ben: Client, ada: Client) -> None:
    want_lessons(True, by=acme.ada, at=now())
    case = open_by_no(acme, at=now() - HOUR)
    set_root_cause(case, CAUSE, by=acme.ben, at=now())
    refused = ben.post(CASE + "propose/", {"text": "It is on its way."})
    assert refused.status_code == UNPROCESSABLE
    assert "First say what this case taught" in words_of(refused)
    assert "lesson missing" in words_of(refused)
    ben.post(BESIDE + "begin/")
    ben.post(PAGE + "1/edit/", {"title": "The left shoe.", "body": "Ask the shop in town."})
    ben.post(CASE + "propose/", {"text": "It is on its way."})
    assert fresh(case).state == State.PROPOSED
    say(Invitation.objects.filter(about=case.ref).latest("sent_at", "pk"), YES, at=now())
    assert fresh(case).state == State.CLOSED
    assert Article.objects.get().confidence == Confidence.NOT_VALIDATED
    page = words_of(ada.get(PAGE + "1/"))
    assert "Grown from case #1" in page
    assert "Case #1 , begun here" in page
    assert "▲ yes" in page


def test_what_nobody_finds_is_a_gap_until_it_is_written(acme: Cast, ben: Client) -> None:
    open_by_no(acme, at=now() - HOUR)
    assert "kept among the gaps" in words_of(ben.get(BESIDE, {"q": "umbrella handle"}, headers=HTMX))
    ben.get(BESIDE, {"q": "umbrella handles"}, headers=HTMX)
    record_search("Handle of the umbrella", place=Place.HELP, found=0, at=now(), language="en")
    assert Search.objects.count() == 2, "the same beside one case within minutes is one search"
    gaps = words_of(ben.get(PAGE + "gaps/"))
    assert "Handle of the umbrella en 2 2 1" in gaps
    key = Search.objects.latest("pk").key
    assert "umbrella handle" in words_of(ben.get(f"{PAGE}gaps/{key}/"))
    to = ben.post(f"{PAGE}gaps/{key}/write/").headers["Location"]
    assert to == PAGE + "1/edit/"
    assert "Handle of the umbrella" in ben.get(to).content.decode()
    assert "No gaps" not in words_of(ben.get(PAGE + "gaps/")), "readers do not find what is not valid"


def test_a_gap_that_is_not_ours_is_set_aside(acme: Cast, ben: Client) -> None:
    search = record_search("flights to mars", place=Place.STAFF, found=0, at=now())
    assert search is not None
    ben.post(f"{PAGE}gaps/{search.key}/dismiss/")
    assert "No gaps" in words_of(ben.get(PAGE + "gaps/"))


def test_every_number_about_knowledge_has_its_n_and_its_rows(acme: Cast, ben: Client) -> None:
    article = begin_article(Text("Shoes", "Ask the shop."), by=acme.ben, at=now() - 2 * HOUR)
    for number, answer in enumerate((YES, YES, NO)):
        case = open_by_no(acme, interaction_id=f"order-{number}", at=now() - HOUR)
        set_root_cause(case, CAUSE, by=acme.ben, at=now())
        if number:
            link_article(case, article, by=acme.ben, at=now())
        ben.post(f"/w/acme/cases/{case.number}/propose/", {"text": "There it is."})
        say(Invitation.objects.filter(about=case.ref).latest("sent_at", "pk"), answer, at=now())
    page = words_of(ben.get(PAGE + "health/"))
    assert "Link rate cases proposed as solved that named an article, old or new 67 %" in page
    told = page[page.index("Helped") :][:200]
    assert re.search(r"Helped .*? 50 % , give or take 41 2 ", told), told
    assert "1 said nothing" in page
    assert "#2 A1 linked Ben" in page
    assert Case.objects.filter(first_resolution_at__isnull=False).count() == 3


def test_only_who_may_decides_and_who_looks_on_reads(acme: Cast, ben: Client, vera: Member) -> None:
    from tests.web.conftest import sign_in

    begin_article(Text("Shoes", "Ask the shop."), by=acme.ben, at=now())
    looking = sign_in("vera@acme.example")
    assert looking.get(PAGE + "1/").status_code == OK
    assert "Ask for a lesson" not in words_of(ben.get(PAGE))
    for browser, address in (
        (looking, "new/"), (looking, "1/edit/"), (looking, "1/finish/"), (looking, "1/flag/"),
        (ben, "1/archive/"), (ben, "1/govern/"), (ben, "lessons-wanted/"),
    ):  # fmt: skip
        typed = {"why": "x", "audience": "everyone", "governance": "by_use"}
        assert browser.post(PAGE + address, typed).status_code == FORBIDDEN, address


def test_a_doubt_is_told_settled_and_gone(acme: Cast, ben: Client) -> None:
    article = begin_article(Text("Shoes", "Ask the shop."), by=acme.ben, at=now())
    flag_article(article, "The shop has closed.", by=acme.ben, at=now())
    assert "1 doubt" in words_of(ben.get(PAGE + "?pile=flagged"))
    assert "The shop has closed." in words_of(ben.get(PAGE + "1/"))
    ben.post(PAGE + "1/settle/", {"how": "Another shop now."})
    assert "Nothing is doubted" in words_of(ben.get(PAGE + "?pile=flagged"))


def test_dan_finds_nothing_anywhere(acme: Cast, dan: Client) -> None:
    article = begin_article(Text("Shoes", "Ask the shop."), by=acme.ben, at=now())
    open_by_no(acme, at=now() - HOUR)
    record_search("flights to mars", place=Place.STAFF, found=0, at=now())
    for address in ("", "1/", "1/edit/", "1/versions/", "gaps/", "health/", "new/", "beside/1/"):
        assert dan.get(PAGE + address).status_code == NOT_FOUND, address
    for address in ("1/validate/", "1/flag/", "beside/1/link/"):
        assert dan.post(PAGE + address, {"article": "1", "why": "x"}).status_code == NOT_FOUND, address
    theirs = PAGE.replace("acme", "globex")
    assert "No articles yet" in words_of(dan.get(theirs))
    assert "Nothing fits" in words_of(dan.get(theirs, {"q": "shoes"}))
    assert dan.get(theirs + f"{article.number}/").status_code == NOT_FOUND
    assert "No gaps" not in words_of(dan.get(theirs + "gaps/"))  # Dan's own search is his own gap
    assert "mars" not in words_of(dan.get(theirs + "gaps/"))
