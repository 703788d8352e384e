"""Having a language model name and summarise a topic: asked for by a person, about covered quotes, kept and costed."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from untilyes.analysis.voices.masking import mask
from untilyes.analysis.voices.quotes import choose_quotes
from untilyes.analysis.voices.reading import read_comments
from untilyes.feedback.queries import open_lake
from untilyes.voices.models import Topic, Writing
from untilyes.voices.rules import NotPossible
from untilyes.voices.writing import MOST_QUOTES, NothingWritten, Writer, Written, ask_about, find_writer
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

FEWEST = 5
"""A summary of fewer different comments would tell on who wrote them."""


def summarise_topic(topic: Topic, *, by: Member, at: datetime) -> Topic:
    """Have the topic named and summarised. What was asked before is not asked again. Raises NotPossible."""
    require(by, "act_on_findings")
    writer = find_writer()
    if writer is None:
        raise NotPossible("No language model is set up here; everything else works without one.")
    read = {one.id: one.text for one in read_comments(open_lake(), ids=topic.told.get("central", []))}
    quotes = [mask(quote) for quote in choose_quotes(list(read.values()), most=MOST_QUOTES)]
    if len(quotes) < FEWEST:
        raise NotPossible("So few different comments are read more quickly than summarised.")
    asked = ask_about(quotes, found_by=topic.found_name)
    digest = sha256(f"{writer.model}\n{asked}".encode()).hexdigest()
    known = Writing.objects.filter(digest=digest).first()
    # The model is asked outside of a transaction: nobody should wait for it.
    return _take(topic, known) if known else _keep(topic, writer, _ask(writer, asked), digest, by=by, at=at)


def _ask(writer: Writer, asked: str) -> Written:
    try:
        return writer.write(asked)
    except NothingWritten as problem:
        raise NotPossible(str(problem)) from problem


@transaction.atomic
def _keep(topic: Topic, writer: Writer, written: Written, digest: str, *, by: Member, at: datetime) -> Topic:
    writing = Writing.objects.create(
        digest=digest,
        about=topic.key,
        title=written.title,
        words=written.words,
        model=written.model,
        tokens_in=written.tokens_in,
        tokens_out=written.tokens_out,
        cost=writer.cost(written),
        at=at,
        by=by,
    )
    record_audit("summarise_topic", about=f"topic {topic.key}", at=at, by=by, model=written.model, cost=writing.cost)
    return _take(topic, writing)


def _take(topic: Topic, writing: Writing) -> Topic:
    topic.machine_title, topic.machine_words = writing.title, writing.words
    topic.save(update_fields=["machine_title", "machine_words"])
    return topic
