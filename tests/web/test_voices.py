"""The pages of voices, as a browser without scripts gets them."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.analysis.voices.figures import read_figures
from untilyes.feedback.queries import open_lake
from untilyes.plumbing.clock import now
from untilyes.voices.actions import ask_for_hearing, hear_everything
from untilyes.voices.jobs import listen, listen_when_due
from untilyes.voices.models import Hearing, Name, Topic
from untilyes.voices.queries import list_questions, list_topics, topics_of
from untilyes.workspaces.models import AuditEntry, Member

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
PAGE = "/w/acme/voices/"
PLACES = ("oslo", "rome", "kyiv", "lima", "bonn", "cork", "nice", "graz", "bern", "porto")
PLAIN = ("today", "again", "sadly", "really", "clearly", "mostly")
NOT_FOUND = 404


@pytest.fixture
def told(acme: Cast) -> Cast:
    """60 comments about a return label, answered no, and 60 about kind people, answered yes."""
    comments, answers = [], []
    for number in range(120):
        bad, place, word = number < 60, PLACES[number % 10], PLAIN[number // 10 % 6]
        text = f"Return label missing <b>{place}</b> {word}" if bad else f"Kind people helped {place} {word}"
        if number == 0:
            text += " write to eve@customer.example or +49 30 901820"
        fact = {"at": AT - timedelta(hours=number), "source": "survey", "channel": "email" if bad else "phone"}
        fact |= {"customer_id": f"p{number}", "touchpoint": "refund", "response_id": f"r{number}"}
        comments.append({**fact, "id": f"c{number}", "language": "en", "text": text})
        answers.append(
            {**fact, "id": f"a{number}", "question": "effective", "value": 0.0 if bad else 1.0, "scale_min": 0.0,
             "scale_max": 1.0, "higher_is_better": True}
        )  # fmt: skip
    lake = open_lake()
    lake.record("comments", comments)
    lake.record("answers", answers)
    hear()
    return acme


def hear() -> Hearing:
    """Listen to everything, as the worker does."""
    return hear_everything(ask_for_hearing(at=AT), clock=lambda: AT)


def about(word: str) -> Topic:
    """The topic found by this word."""
    return next(topic for topic in list_topics() if word in topic.found_name)


def post(client: Client, address: str, **fields: str) -> str:
    """What a person reads after sending a form."""
    return words_of(client.post(f"{PAGE}{address}", fields, follow=True))


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def topics_of_page(page: Any) -> list[str]:
    return re.findall(r'href="(/w/acme/voices/topics/[^"]+)"', page.content.decode())


def test_an_empty_house_is_told_what_would_light_the_page(acme: Cast, ada: Client) -> None:
    assert "Nobody has said anything yet" in words_of(ada.get(PAGE))
    assert "Nothing to learn from yet" in words_of(ada.get(f"{PAGE}tone/"))
    assert "Nobody has said this" in words_of(ada.get(f"{PAGE}search/?q=label"))


def test_topics_tell_their_size_their_customers_and_how_many_said_yes(told: Cast, ada: Client) -> None:
    page = ada.get(PAGE)
    said = words_of(page)
    assert "Customers talk most about" in said
    assert "as of 2 Nov 2026" in said
    shown = [read_figures(topic.told) for topic in list_topics()]
    assert len(topics_of_page(page)) >= len(shown) >= 2
    assert sum(one.comments for one in shown) == sum(one.yes.n for one in shown) == 120
    assert all(one.yes.sentence() in said for one in shown)
    labels = read_figures(about("label").told)
    assert (labels.yes.value, labels.customers) == (0.0, labels.comments)
    assert "120 comments (at most the newest 200,000)" in said


def test_a_topic_shows_its_words_escaped(told: Cast, ada: Client) -> None:
    for address in topics_of_page(ada.get(PAGE)):
        page = ada.get(address).content.decode()
        assert "Every comment, newest first" in page
        assert not [place for place in PLACES if f"<b>{place}" in page]
    assert "&lt;b&gt;oslo&lt;/b&gt;" in ada.get(f"{PAGE}search/?q=label").content.decode()


def test_comments_come_in_pages_the_newest_first(told: Cast, ada: Client) -> None:
    first, last = (ada.get(f"{PAGE}search/", {"q": "label", "page": number}) for number in ("1", "3"))
    assert "2 Nov 2026" in words_of(first)
    assert ("Older" in words_of(first), "Newer" in words_of(first)) == (True, False)
    assert ("Older" in words_of(last), "Newer" in words_of(last)) == (False, True)
    assert "60 comments" in words_of(ada.get(f"{PAGE}search/", {"q": "label", "page": "-1e9"}))


def test_search_finds_counts_and_narrows(told: Cast, ada: Client) -> None:
    found = words_of(ada.get(f"{PAGE}search/", {"q": "label NEAR/3 oslo OR kind NOT helped"}))
    assert "6 comments of 6 customers" in found
    assert "60 comments of 60 customers" in words_of(ada.get(f"{PAGE}search/", {"q": "people", "channel": "phone"}))
    assert "Nobody has said this" in words_of(ada.get(f"{PAGE}search/", {"q": "people", "channel": "email"}))


def test_a_search_that_cannot_be_read_says_why_and_gives_back_what_was_written_escaped(told: Cast, ada: Client) -> None:
    answer = ada.get(f"{PAGE}search/", {"q": '"><script> AND ('})
    assert answer.status_code == 200
    assert "▼" in words_of(answer)
    assert "<script>" not in answer.content.decode().replace("<script ", "")
    assert "&quot;&gt;&lt;script&gt;" in answer.content.decode()


def test_who_may_not_see_customers_reads_no_addresses_and_numbers(told: Cast, ben: Client, vera: Member) -> None:
    address, looking_on = f"{PAGE}search/?q=eve+OR+write", sign_in("vera@acme.example")
    assert "eve@customer.example" in words_of(ben.get(address))
    seen = words_of(looking_on.get(address))
    assert "write to ••• or •••" in seen
    assert "eve@customer.example" not in seen
    for topic in topics_of_page(looking_on.get(PAGE)):
        assert "901820" not in words_of(looking_on.get(topic))


def test_what_is_kept_between_visits_holds_nothing_that_somebody_wrote(told: Cast, ada: Client) -> None:
    ada.get(PAGE)
    address = next(one for one in topics_of_page(ada.get(PAGE)) if "Return label" in words_of(ada.get(one)))
    assert "eve@customer.example" in words_of(ada.get(address))
    open_lake().erase(["p0"])
    assert "eve@customer.example" not in words_of(ada.get(address))


def test_how_well_words_tell_a_yes_is_measured_on_held_out_comments(told: Cast, ada: Client) -> None:
    said = words_of(ada.get(f"{PAGE}tone/"))
    assert "Macro-F1 1.00" in said
    assert "n = 120 held out in turn" in said
    assert "learned from 120 comments that came with an answer" in said
    assert "sounds negative" in words_of(ada.get(f"{PAGE}search/?q=label"))


def test_a_page_reads_what_was_heard_and_does_not_listen_itself(told: Cast, ada: Client) -> None:
    open_lake().record("comments", [{"id": "new", "at": AT, "source": "survey", "text": "zebra", "language": "en"}])
    assert "120 comments" in words_of(ada.get(PAGE))
    hear()
    assert "121 comments" in words_of(ada.get(PAGE))


def test_the_worker_listens_once_after_a_change_and_not_again_without_one(told: Cast) -> None:
    Hearing.objects.all().delete()
    assert listen_when_due() == 1
    assert listen_when_due() == 0
    hear()
    assert listen_when_due() == 0


def test_after_a_look_that_heard_nothing_the_first_comments_are_listened_to_at_once(acme: Cast) -> None:
    mark = {"id": "a", "at": AT, "source": "survey", "question": "csat", "value": 4.0}
    open_lake().record("answers", [mark | {"scale_min": 1.0, "scale_max": 5.0}])
    assert listen_when_due() == 1
    hear()
    open_lake().record("comments", [{"id": "new", "at": AT, "source": "survey", "text": "zebra", "language": "en"}])
    assert listen_when_due() == 1


def test_a_look_that_fails_says_why_and_what_was_heard_stands(
    told: Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no room left")

    monkeypatch.setattr("untilyes.voices.actions.listening.hear", fail)
    hearing = ask_for_hearing(at=AT)
    listen(hearing.workspace_id, hearing.pk)
    said = words_of(ada.get(PAGE))
    assert "The last look came to nothing: RuntimeError: no room left" in said
    assert "120 comments" in said


def test_a_look_that_never_ends_is_given_up_and_the_next_one_begins(told: Cast, ada: Client) -> None:
    began = now() - timedelta(hours=3)
    lost = ask_for_hearing(at=began)
    Hearing.objects.exclude(pk=lost.pk).update(asked_at=began - timedelta(days=1))
    Hearing.objects.filter(pk=lost.pk).update(stage=Hearing.Stage.STARTED, started_at=began)
    open_lake().record("comments", [{"id": "new", "at": AT, "source": "survey", "text": "zebra", "language": "en"}])
    assert listen_when_due() == 0
    assert "It never came to an end" in words_of(ada.get(PAGE))
    assert listen_when_due() == 1


def test_somebody_who_asks_sees_how_far_the_look_has_come(told: Cast, ada: Client) -> None:
    assert "Waiting for the worker" in post(ada, "listen/")
    assert ada.get(f"{PAGE}progress/").headers.get("HX-Refresh") is None
    hear()
    assert ada.get(f"{PAGE}progress/").headers["HX-Refresh"] == "true"


def test_a_name_given_by_a_person_holds_from_look_to_look_and_is_written_down(told: Cast, ada: Client) -> None:
    key = about("label").key
    assert "“Return labels”" in post(ada, f"topics/{key}/name/", title="Return labels")
    shown = ada.get(f"{PAGE}topics/{key}/").content.decode()
    assert 'href="/w/acme/segments/?trait=wrote_of&amp;how=is&amp;value=Return%20labels#draw"' in shown
    hear()
    assert Topic.objects.get(key=key).name == "Return labels"
    assert "Return labels" in words_of(ada.get(PAGE))
    assert AuditEntry.objects.filter(verb="name_topic", by=told.ada).count() == 1
    heard = open_lake().read("heard").to_pyarrow().to_pylist()
    assert {row["topic_names"] for row in heard if row["topics"] == key} == {"Return labels"}
    assert all(row["topic_names"] for row in heard if row["topics"]), "the others go by the phrases they were found by"


def test_a_merged_topic_counts_for_the_other_until_it_is_taken_out_again(told: Cast, ada: Client) -> None:
    first, second = about("label"), about("kind")
    both = first.told["comments"] + second.told["comments"]
    post(ada, f"topics/{second.key}/merge/", into=first.key)
    hear()
    assert Topic.objects.get(key=first.key).told["comments"] == both
    assert second.key not in {topic.key for topic in list_topics()}
    assert topics_of("kind people") == (first.key,)
    assert "cannot be merged into itself" in post(ada, f"topics/{first.key}/merge/", into=second.key)
    post(ada, f"topics/{second.key}/unmerge/")
    hear()
    assert topics_of("kind people") == (second.key,)


def test_a_pinned_topic_stays_when_nobody_speaks_of_it_any_more(told: Cast, ada: Client) -> None:
    key = about("label").key
    post(ada, f"topics/{key}/pin/")
    open_lake().erase([f"p{number}" for number in range(60)])
    hear()
    page = words_of(ada.get(PAGE))
    assert "Kept, and not heard of at present" in page
    assert Topic.objects.get(key=key).is_heard is False
    post(ada, f"topics/{key}/pin/")
    hear()
    assert not Topic.objects.filter(key=key).exists()


def test_a_split_topic_becomes_its_parts_and_can_be_joined_again(told: Cast, ada: Client) -> None:
    topic = about("label")
    lake, facts = open_lake(), []
    for number in range(200):
        cause, letters = ("printer jammed", "post office closed")[number % 2], f"{chr(97 + number % 26)}{number // 26}x"
        text = f"return label {cause} {PLACES[number % 10]} {letters}"
        facts.append({"id": f"s{number}", "at": AT, "source": "survey", "language": "en", "text": text})
    lake.record("comments", facts)
    hear()
    topic = max(list_topics(), key=lambda one: one.told["comments"])
    post(ada, f"topics/{topic.key}/split/", parts="2")
    parts = list(topic.parts.order_by("key"))
    assert len(parts) == 2
    hear()
    shown = {one.key for one in list_topics()}
    assert topic.key not in shown
    assert {one.key for one in parts} & shown
    post(ada, f"topics/{topic.key}/join/")
    hear()
    assert topic.key in {one.key for one in list_topics()}


def test_a_topic_that_is_all_alike_cannot_be_split(told: Cast, ada: Client) -> None:
    Topic.objects.create(key="en-few", language="en", names=["few"], weights={"few": 1.0}, is_heard=True)
    assert "too few, or too much alike" in post(ada, "topics/en-few/split/", parts="2")
    assert "2 to 4 parts" in post(ada, "topics/en-few/split/", parts="9")


def test_a_query_asks_for_a_topic_that_comments_are_filed_under_beside_their_own(told: Cast, ada: Client) -> None:
    said = post(ada, "topics/ask/", query="missing AND (oslo OR rome)", title="Nordic and Roman")
    assert "“Nordic and Roman”" in said
    hear()
    topic = Topic.objects.get(query="missing AND (oslo OR rome)")
    assert read_figures(topic.told).comments == 12
    found = topics_of("return label missing in rome")
    assert (len(found), found[1]) == (2, topic.key)
    assert "12 comments" in words_of(ada.get(f"{PAGE}search/?topic={topic.key}"))
    assert "never closed" in post(ada, "topics/ask/", query="(late")
    post(ada, f"topics/{topic.key}/drop/")
    assert not Topic.objects.filter(key=topic.key).exists()
    assert "goes when they stop saying it" in post(ada, f"topics/{about('label').key}/drop/")


def test_who_may_not_shape_topics_is_told_who_may(told: Cast, ben: Client) -> None:
    key = about("label").key
    for address in (f"topics/{key}/name/", f"topics/{key}/pin/", "topics/ask/", "names/list/"):
        answer = ben.post(f"{PAGE}{address}", {"title": "x", "query": "label", "name": "x", "sort": "other"})
        assert answer.status_code == 403
    assert "Shape it" not in words_of(ben.get(f"{PAGE}topics/{key}/"))


def test_wishes_and_questions_are_told_apart_from_complaints(told: Cast, ada: Client) -> None:
    facts = [
        {"id": "w1", "at": AT, "source": "review", "text": "I wish you had an app", "language": "en"},
        {"id": "q1", "at": AT, "source": "review", "text": "How do I send it back?", "language": "en"},
        {"id": "q2", "at": AT, "source": "review", "text": "how do I send it back?!", "language": "en"},
    ]
    open_lake().record("comments", facts)
    hear()
    said = words_of(ada.get(f"{PAGE}asks/"))
    assert "I wish you had an app" in said
    assert "1 comment of 1 customer" in said
    assert "how do I send it back?! 2 people" in said
    assert [one.people for one in list_questions()] == [2]


def test_a_listed_name_is_listened_for_under_its_spellings_and_can_be_dropped(told: Cast, ada: Client) -> None:
    assert "nobody named it yet" in post(ada, "names/list/", name="Oslo", sort="channel", spellings="Rome, ")
    hear()
    said = words_of(ada.get(f"{PAGE}names/"))
    assert "Oslo Rome Channel 24" in said
    name = Name.objects.get(name="Oslo")
    assert "24 comments" in words_of(ada.get(f"{PAGE}search/", {"q": '"Oslo" OR "Rome"'}))
    assert "No names yet" in post(ada, f"names/{name.pk}/drop/")
    assert "letter or a number" in post(ada, "names/list/", name="!!", sort="other")


def test_strangers_learn_nothing_and_anonymous_visitors_sign_in(told: Cast, ada: Client, dan: Client) -> None:
    topic = topics_of_page(ada.get(PAGE))[0]
    for address in (PAGE, f"{PAGE}search/?q=label", f"{PAGE}tone/", f"{PAGE}asks/", f"{PAGE}names/", topic):
        assert dan.get(address).status_code == NOT_FOUND
        assert Client().get(address).status_code == 302
    key = about("label").key
    for address in ("listen/", "topics/ask/", f"topics/{key}/pin/", "names/list/"):
        assert dan.post(f"{PAGE}{address}").status_code == NOT_FOUND
    for page in ("", "asks/", "names/", "tone/"):
        assert dan.get(f"/w/globex/voices/{page}").status_code == 200
        assert "label" not in words_of(dan.get(f"/w/globex/voices/{page}"))
    assert dan.get(f"/w/globex/voices/topics/{key}/").status_code == NOT_FOUND
    assert "label" not in words_of(dan.get("/w/globex/voices/search/?q=helped"))
    assert ada.get(f"{PAGE}topics/en-00000000/").status_code == NOT_FOUND
