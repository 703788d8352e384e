"""Answers by what their customers wrote beside them: the topics of the comments of the same response, as last heard.

A response may be about several topics and counts in each of their cells, and once in the total; most are about none.
"""

from collections.abc import Sequence
from typing import Final

import ibis
import ibis.expr.types as ir

from untilyes.lake import Lake

TOPIC: Final = "topic"


def add_topics(rows: ir.Table, lake: Lake) -> ir.Table:
    """One row per answer and topic of its response; null where it has none."""
    topics = _list_topics(lake)
    joined = rows.left_join(topics, rows["response_id"] == topics["about"])
    return joined.drop("about")


def keep_topics(rows: ir.Table, lake: Lake, wanted: Sequence[str | None]) -> ir.Table:
    """The answers whose response is about any of the wanted topics, each once; None asks for those about none."""
    topics = _list_topics(lake)
    about = topics.filter(topics[TOPIC].isin([one for one in wanted if one is not None]))
    found = rows.semi_join(about, rows["response_id"] == about["about"])
    if None not in wanted:
        return found
    rest = rows.anti_join(topics, rows["response_id"] == topics["about"])
    return ibis.union(found, rest, distinct=False)


def is_about(heard: ir.Table, topic: str) -> ir.BooleanValue:
    """Whether a comment as last heard is about the topic of this key."""
    told: ir.BooleanValue = (" " + heard["topics"].fill_null("") + " ").contains(f" {topic} ")
    return told


def _list_topics(lake: Lake) -> ir.Table:
    """Response and topic, each pair once."""
    heard = lake.read("heard")
    told = heard.filter(heard["response_id"].notnull(), heard["topics"].notnull())
    return told.select(about=told["response_id"], topic=told["topics"].split(" ").unnest()).distinct()
