"""The help centre: open to everybody, small, without a script, and a no there is worked on like every other."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from PIL import Image

from tests.cast import Cast
from tests.portal.links import LIMIT, words_of
from untilyes.cases.models import Case, Signal
from untilyes.config.demo.knowing import write_articles
from untilyes.feedback.models import OutboxEntry
from untilyes.knowledge.actions import (
    Text,
    add_picture,
    add_video,
    archive_article,
    begin_article,
    edit_article,
    govern_article,
    validate_article,
    withdraw_article,
)
from untilyes.knowledge.models import Article, Reading, Search
from untilyes.knowledge.queries import list_gaps
from untilyes.knowledge.rules import Audience, Governance, Step
from untilyes.plumbing.clock import now
from untilyes.surveys.models import Response
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HOME = "/help/acme/"
NOT_FOUND, UNPROCESSABLE = 404, 422


def write(cast: Cast, text: Text, *, audience: Audience = Audience.EVERYONE, **translations: Text) -> Article:
    """Ben writes it, Ada vouches for it."""
    with inside(cast.acme):
        article = begin_article(text, by=cast.ben, at=AT, language="en")
        for language, translated in translations.items():
            edit_article(article, translated, by=cast.ben, at=AT, language=language)
        govern_article(article, audience=audience, governance=Governance.BY_USE, by=cast.ada, at=AT)
        return validate_article(article, by=cast.ada, at=AT)


REFUND = Text("When does my refund arrive?", "**Five** working days after the parcel reached us.")


def form_of(page: Any) -> dict[str, str]:
    """The hidden fields of the form at the article's end."""
    html = page.content.decode()
    return dict(
        re.findall(r'<input type="hidden" name="(form|lang)" value="([^"]*)"', html[html.index('id="enough"') :])
    )


def check_help(page: Any) -> None:
    """What every page of the help centre keeps: small, no script, nothing from elsewhere, no cookie."""
    html = page.content.decode()
    assert len(page.content) <= LIMIT, f"{len(page.content)} bytes"
    assert "<script" not in html
    assert not re.search(r"""(src|href|action)="(https?:)?//""", html)
    assert "url(" not in html
    assert 'name="viewport"' in html
    assert not page.cookies


def test_the_front_page_shows_answers_by_picture_in_the_colour_of_the_house(cast: Cast, browser: Client) -> None:
    article = write(cast, REFUND)
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(out, "JPEG")
    with inside(cast.acme):
        add_picture(article, out.getvalue(), "A parcel", by=cast.ben, at=AT)
        Workspace.objects.filter(pk=cast.acme.pk).update(colour="#123456")
    page = browser.get(HOME)
    check_help(page)
    assert "When does my refund arrive?" in words_of(page)
    assert "--own:#123456" in page.content.decode()
    [address] = re.findall(r'<img src="(/help/acme/files/[^"]+)"', page.content.decode())
    shown = browser.get(address)
    assert shown.headers["Content-Type"] == "image/webp"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    shown.close()


def test_every_page_of_a_full_help_centre_stays_small(cast: Cast, browser: Client) -> None:
    with inside(cast.acme):
        articles = write_articles(by=cast.ada, at=AT)
    for language in ("en", "de", "es", "pt"):
        check_help(browser.get(HOME, {"lang": language}))
        check_help(browser.get(HOME, {"q": "refund", "lang": language}))
        for key in ("refund-time", "send-back", "invoice"):
            check_help(browser.get(f"{HOME}{articles[key].number}/", {"lang": language}))


def test_only_what_was_validated_for_customers_is_there(cast: Cast, browser: Client) -> None:
    write(cast, REFUND)
    secret = write(cast, Text("What we may give", "Thirty euros."), audience=Audience.TEAM)
    with inside(cast.acme):
        unfinished = begin_article(Text("Half an answer", "Perhaps."), by=cast.ben, at=AT)
        govern_article(unfinished, audience=Audience.EVERYONE, governance=Governance.BY_USE, by=cast.ada, at=AT)
    front = words_of(browser.get(HOME))
    assert "What we may give" not in front
    assert "Half an answer" not in front
    for article in (secret, unfinished):
        assert browser.get(f"{HOME}{article.number}/").status_code == NOT_FOUND
        assert "Thirty" not in words_of(browser.get(HOME, {"q": "give thirty euros perhaps"}))


def test_what_is_withdrawn_or_archived_is_gone_at_once(cast: Cast, browser: Client) -> None:
    first, second = write(cast, REFUND), write(cast, Text("Opening hours", "Nine to five."))
    with inside(cast.acme):
        withdraw_article(first, by=cast.ada, at=AT)
    assert browser.get(f"{HOME}{first.number}/").status_code == NOT_FOUND
    with inside(cast.acme):
        archive_article(second, why="Always open.", by=cast.ada, at=AT)
    assert browser.get(HOME).status_code == NOT_FOUND, "an empty help centre is none"


def test_an_article_is_read_in_the_readers_language_or_says_that_it_is_not_written_in_it(
    cast: Cast, browser: Client
) -> None:
    article = write(cast, REFUND, de=Text("Wann ist mein Geld da?", "Fünf Werktage."))
    german = browser.get(f"{HOME}{article.number}/", {"lang": "de"})
    assert "Wann ist mein Geld da?" in words_of(german)
    assert "Haben Sie gefunden, was Sie brauchten?" in words_of(german)
    assert '<article lang="de">' in german.content.decode()
    by_browser = browser.get(f"{HOME}{article.number}/", headers={"accept-language": "de-AT,de;q=0.8"})
    assert "Fünf Werktage." in words_of(by_browser)
    spanish = browser.get(f"{HOME}{article.number}/", {"lang": "es"})
    assert "Esta respuesta aún no está escrita en su idioma." in words_of(spanish)
    assert '<article lang="en">' in spanish.content.decode()


def test_steps_stand_on_slides_that_need_no_script_and_videos_play(cast: Cast, browser: Client) -> None:
    article = write(cast, Text("Open the box", "![How](video:1)", steps=(Step("Cut the tape."), Step("Lift the lid."))))
    with inside(cast.acme):
        add_video(article, b"\x00\x00\x00\x18ftypmp42" + bytes(500), "How to open it", by=cast.ben, at=AT)
    html = browser.get(f"{HOME}{article.number}/").content.decode()
    assert '<a href="#step-2">Next →</a>' in html
    assert '<li id="step-2">' in html
    [video] = re.findall(r'<video src="([^"]+)" controls', html)
    part = browser.get(video, headers={"range": "bytes=4-7"})
    assert (part.status_code, b"".join(part)) == (206, b"ftyp")


def test_a_search_that_ends_in_an_article_is_known_and_one_that_finds_nothing_is_a_gap(
    cast: Cast, browser: Client
) -> None:
    article = write(cast, REFUND)
    found = browser.get(HOME, {"q": "refunds for me@example.com"})
    check_help(found)
    assert found.headers["X-Robots-Tag"] == "noindex, nofollow"
    [address] = re.findall(rf'href="({HOME}{article.number}/[^"]+)"', found.content.decode())
    browser.get(address.replace("&amp;", "&"))
    nothing = browser.get(HOME, {"q": "umbrella"})
    assert "Nothing found for “umbrella”" in words_of(nothing)
    with inside(cast.acme):
        chosen, missed = Search.objects.order_by("pk")
        assert (chosen.words, chosen.chosen) == ("refunds for •••", article)
        assert (missed.found, missed.chosen) == (0, None)
        assert [gap.words for gap in list_gaps(at=now() + timedelta(seconds=1))] == ["umbrella"]


def test_a_readers_yes_is_recorded_as_an_answer_at_the_touchpoint_help(cast: Cast, browser: Client) -> None:
    article = write(cast, REFUND)
    page = browser.get(f"{HOME}{article.number}/")
    assert page.headers["Cache-Control"] == "no-store, private"
    sent = browser.post(f"{HOME}{article.number}/", {**form_of(page), "got_it": "yes", "good_job": "yes"})
    assert sent.status_code == 302
    assert "Thank you" in words_of(browser.get(sent.headers["Location"]))
    with inside(cast.acme):
        response = Response.objects.get()
        assert (response.touchpoint, response.channel, response.customer) == ("help", "web", None)
        assert Reading.objects.get().was_enough is True
        facts = [entry.fact for entry in OutboxEntry.objects.filter(table="answers")]
        assert {fact["touchpoint"] for fact in facts} == {"help"}
        assert not Case.objects.exists()


def test_a_readers_no_opens_a_case_and_the_reader_sees_where_it_stands(cast: Cast, browser: Client) -> None:
    article = write(cast, REFUND)
    page = browser.get(f"{HOME}{article.number}/")
    typed = {**form_of(page), "got_it": "no", "good_job": "yes", "missing": "And by invoice?"}
    sent = browser.post(f"{HOME}{article.number}/", typed)
    again = browser.post(f"{HOME}{article.number}/", typed)
    assert again.headers["Location"] == sent.headers["Location"]
    thanks = browser.get(sent.headers["Location"])
    [conversation] = re.findall(r'href="[^"]*(/c/[^"]+)"', thanks.content.decode())
    assert "And by invoice?" in words_of(browser.get(conversation))
    with inside(cast.acme):
        case = Case.objects.get()
        assert (case.touchpoint, case.channel, case.customer) == ("help", "web", None)
        assert Signal.objects.count() == 1
        assert article.flags.get().why == "A reader’s no: And by invoice?"


def test_an_answer_left_out_is_asked_for_and_nothing_is_lost(cast: Cast, browser: Client) -> None:
    article = write(cast, REFUND)
    form = form_of(browser.get(f"{HOME}{article.number}/"))
    refused = browser.post(f"{HOME}{article.number}/", {**form, "got_it": "no", "missing": "And by invoice?"})
    assert refused.status_code == UNPROCESSABLE
    assert "One answer is still missing" in words_of(refused)
    assert "And by invoice?" in words_of(refused)
    assert form_of(refused)["form"] == form["form"]
    stale = browser.post(f"{HOME}{article.number}/", {"form": "made up", "got_it": "yes", "good_job": "yes"})
    assert stale.status_code == UNPROCESSABLE
    assert "please send it again" in words_of(stale)
    with inside(cast.acme):
        assert not Response.objects.exists()


def test_a_form_of_one_article_opens_no_other(cast: Cast, browser: Client) -> None:
    first, second = write(cast, REFUND), write(cast, Text("Opening hours", "Nine to five."))
    form = form_of(browser.get(f"{HOME}{first.number}/"))
    crossed = browser.post(f"{HOME}{second.number}/", {**form, "got_it": "yes", "good_job": "yes"})
    assert crossed.status_code == UNPROCESSABLE


def test_feeds_and_site_maps_tell_of_what_everyone_may_read_and_nothing_else(cast: Cast, browser: Client) -> None:
    article = write(cast, Text("Refunds & returns <fast>", "Five days."), de=Text("Geld zurück", "Fünf Tage."))
    write(cast, Text("For customers", "Only."), audience=Audience.CUSTOMERS)
    feed = browser.get(HOME + "feed.xml")
    assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    atom = ET.fromstring(feed.content.strip())
    titles = [one.text for one in atom.iter("{http://www.w3.org/2005/Atom}title")]
    assert set(titles) == {"Acme", "Refunds & returns <fast>", "Geld zurück"}
    site_map = ET.fromstring(browser.get(HOME + "sitemap.xml").content.strip())
    places = [one.text or "" for one in site_map.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert [re.sub(r".*(/help/.*)", r"\1", place) for place in places] == [
        HOME,
        f"{HOME}{article.number}/?lang=de",
        f"{HOME}{article.number}/?lang=en",
    ]


def test_what_is_for_customers_only_stays_out_of_search_engines(cast: Cast, browser: Client) -> None:
    everyone, customers = write(cast, REFUND), write(cast, Text("For customers", "x"), audience=Audience.CUSTOMERS)
    assert "X-Robots-Tag" not in browser.get(f"{HOME}{everyone.number}/").headers
    assert browser.get(f"{HOME}{customers.number}/").headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize(
    "address", ["", "1/", "feed.xml", "sitemap.xml", "files/00000000-0000-4000-8000-000000000001/"]
)
def test_where_nothing_is_to_be_read_there_is_no_help_centre(cast: Cast, browser: Client, address: str) -> None:
    write(cast, REFUND)
    for house in ("globex", "nowhere"):
        answer = browser.get(f"/help/{house}/{address}")
        assert answer.status_code == NOT_FOUND
        assert "Acme" not in words_of(answer)


def test_another_house_shows_none_of_our_articles_or_files(cast: Cast, browser: Client, lake_root: Path) -> None:
    article = write(cast, REFUND)
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "PNG")
    with inside(cast.acme):
        file = add_picture(article, out.getvalue(), "A parcel", by=cast.ben, at=AT)
    with inside(cast.globex):
        theirs = begin_article(Text("Ours", "Yes."), by=cast.dan, at=AT)
        govern_article(theirs, audience=Audience.EVERYONE, governance=Governance.BY_USE, by=cast.dan, at=AT)
        validate_article(theirs, by=cast.dan, at=AT)
    assert words_of(browser.get("/help/globex/")).count("refund") == 0
    assert "refund" not in words_of(browser.get("/help/globex/", {"q": "arrive working days"}))
    assert browser.get(f"/help/globex/files/{file.key}/").status_code == NOT_FOUND
    assert browser.get("/help/globex/2/").status_code == NOT_FOUND
