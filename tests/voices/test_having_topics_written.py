"""A language model names topics: only when set up, only covered quotes, kept, costed, without figures."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.analysis.said import AT
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.feedback.queries import open_lake
from untilyes.voices.actions import summarise_topic
from untilyes.voices.models import Topic, Writing
from untilyes.voices.rules import NotPossible
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.models import AuditEntry
from untilyes.workspaces.tenancy import inside

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

ANSWER = {"title": "Labels <i>lost</i>", "summary": "People miss the label. 80 % are angry. They want it by mail."}


@dataclass
class Model:
    """A language model's server on this machine: what it was asked, and what it answers."""

    url: str = ""
    answer: Any = None
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


@pytest.fixture
def model(settings: "Settings") -> Iterator[Model]:
    told = Model()
    told.answer = {
        "choices": [{"message": {"content": json.dumps(ANSWER)}}],
        "usage": {"prompt_tokens": 400, "completion_tokens": 50},
    }

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            told.keys.append(f"{self.path} {self.headers['Authorization']}")
            self.send_response(told.status)
            self.end_headers()
            self.wfile.write(json.dumps(told.answer).encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    settings.WRITER = {"url": told.url, "model": "small", "key": "k-1", "price_in": 2.0, "price_out": 10.0}
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def topic(cast: Cast) -> Iterator[Topic]:
    with inside(cast.acme):
        texts = [f"The label never came, number {word}" for word in ("one", "two", "three", "four", "five")]
        texts.append("Write to eve@customer.example or +49 30 901820 about the label")
        facts = [{"id": f"c{n}", "at": AT, "source": "review", "text": text} for n, text in enumerate(texts)]
        open_lake().record("comments", facts)
        yield Topic.objects.create(
            key="en-label", language="en", names=["label", "never came"], told={"central": [f"c{n}" for n in range(6)]}
        )


def test_without_a_language_model_nothing_is_sent_and_it_is_said(topic: Topic, cast: Cast) -> None:
    with pytest.raises(NotPossible, match="No language model is set up"):
        summarise_topic(topic, by=cast.ada, at=AT)


def test_only_covered_quotes_are_sent_and_figures_are_left_out(topic: Topic, cast: Cast, model: Model) -> None:
    summarise_topic(topic, by=cast.ada, at=AT)
    sent = json.dumps(model.asked)
    assert "label never came" in sent
    assert "eve@customer.example" not in sent
    assert "901820" not in sent
    assert model.keys == ["/v1/chat/completions Bearer k-1"]
    assert (topic.machine_title, topic.machine_words) == (
        ANSWER["title"],
        "People miss the label. They want it by mail.",
    )
    assert topic.name == "label, never came"


def test_what_was_written_is_costed_written_down_and_never_asked_twice(topic: Topic, cast: Cast, model: Model) -> None:
    for _ in range(2):
        summarise_topic(topic, by=cast.ada, at=AT)
    assert len(model.asked) == 1
    assert Writing.objects.get().cost == pytest.approx((400 * 2 + 50 * 10) / 1e6)
    assert AuditEntry.objects.filter(verb="summarise_topic").count() == 1


@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        ({}, 500, "did not answer"),
        ({"choices": []}, 200, "shape that cannot be read"),
        ([], 200, "shape that cannot be read"),
        ({"choices": [{"message": {"content": "no JSON here"}}]}, 200, "no name that can be used"),
        ({"choices": [{"message": {"content": '{"title": "80 % late"}'}}]}, 200, "no name that can be used"),
    ],
    ids=["error", "empty", "list", "prose", "figure"],
)
def test_a_model_that_answers_nonsense_changes_nothing(
    topic: Topic, cast: Cast, model: Model, answer: object, status: int, why: str
) -> None:
    model.answer, model.status = answer, status
    with pytest.raises(NotPossible, match=why):
        summarise_topic(topic, by=cast.ada, at=AT)
    assert (topic.machine_title, Writing.objects.count()) == ("", 0)


def test_few_comments_are_never_sent_and_not_everybody_may_ask(topic: Topic, cast: Cast, model: Model) -> None:
    with pytest.raises(NotAllowed):
        summarise_topic(topic, by=cast.ben, at=AT)
    topic.told = {"central": ["c0", "c1"]}
    with pytest.raises(NotPossible, match="read more quickly"):
        summarise_topic(topic, by=cast.ada, at=AT)
    assert model.asked == []


def test_the_page_labels_it_escapes_it_and_strangers_find_nothing(topic: Topic, cast: Cast, model: Model) -> None:
    address = "/w/acme/voices/topics/en-label/"
    ada, dan = sign_in("ada@acme.example"), sign_in("dan@globex.example")
    assert dan.post(f"{address}summarise/").status_code == 404
    assert Client().post(f"{address}summarise/").status_code == 302
    assert model.asked == []
    assert ada.post(f"{address}summarise/").status_code == 302
    Topic.objects.update(told={})
    said = ada.get(address).content.decode()
    assert "written by a machine" in said
    assert "Labels &lt;i&gt;lost&lt;/i&gt;" in said
    assert "450 tokens, cost 0.0013" in said
