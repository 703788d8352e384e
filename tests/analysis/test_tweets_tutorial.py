"""The worked example of tweets to airlines: its figures, counted again from the raw file."""

import re
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.analysis.pages import missing, percent, read_page
from tests.analysis.said import read_tweets
from tests.cast import Cast
from untilyes.analysis.voices.asking import read_query
from untilyes.analysis.voices.reading import count_comments, read_comments
from untilyes.analysis.voices.searching import search
from untilyes.analysis.voices.topics import find_topics
from untilyes.feedback.queries import open_lake
from untilyes.sources.actions import import_files
from untilyes.sources.library import get_recipe
from untilyes.workspaces.tenancy import inside

TIMED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}")
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_airlines_side_by_side_and_tweets_that_are_there_twice(shared_data: Path) -> None:
    rows = [row for row in read_tweets(shared_data) if TIMED.fullmatch(row["tweet_created"])]
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        labels[row["airline"]][row["airline_sentiment"]] += 1
    told = []
    for airline, found in labels.items():
        judged = found["positive"] + found["negative"]
        told.append(f"| {airline} | {percent(found['positive'] / judged)} | {judged:,} |")
    assert len(told) == 6
    again = Counter((row["author_hash"], row["text"], row["tweet_created"]) for row in rows)
    told.append(f"{sum(n - 1 for n in again.values())} tweets are there twice")
    assert missing(read_page("tweets.md"), told) == []


@pytest.mark.slow
def test_the_tutorial_says_what_the_raw_file_says(cast: Cast, shared_data: Path) -> None:
    rows = [row for row in read_tweets(shared_data) if TIMED.fullmatch(row["tweet_created"])]
    with inside(cast.acme):
        import_files(get_recipe("twitter_airline"), [shared_data / "twitter_airline"], at=AT)
        lake, asked = open_lake(), read_query('"on hold"')
        everything = read_comments(lake, as_named=True)
        hits = search(read_comments(lake, meeting=asked), asked, searched=count_comments(lake))
    assert len(everything) == len(rows) == 14_521

    waiting = [row for row in rows if re.search(r"\bon\W+hold\b", row["text"].lower())]
    labels = Counter(row["airline_sentiment"] for row in waiting)
    judged = labels["positive"] + labels["negative"]
    assert (
        (len(hits.comments), hits.customers)
        == (len(waiting), len({row["author_hash"] for row in waiting}))
        == (501, 407)
    )
    assert (hits.yes.n, hits.yes.value) == (judged, labels["positive"] / judged) == (495, 3 / 495)
    assert (hits.share.value, hits.share.n) == (len(waiting) / len(rows), len(rows))

    complaints = [row for row in waiting if row["airline_sentiment"] == "negative"]
    service = sum(row["negativereason"] == "Customer Service Issue" for row in complaints)
    assert (len(complaints), service) == (492, 393)

    by_id = {row["row_id"]: row for row in rows}
    found = next(topic for topic in find_topics(everything).topics if "hold" in topic.filed.names)
    mine = Counter(by_id[one.rpartition(":")[2]]["airline_sentiment"] for one in found.members)
    theirs = Counter(row["airline_sentiment"] for row in rows) - mine
    # Another library of linear algebra may move a tweet or two over the line between two topics.
    assert found.comments == pytest.approx(581, abs=12)
    assert found.yes.value == pytest.approx(mine["positive"] / (mine["positive"] + mine["negative"]))
    assert found.effect.before.value == pytest.approx(theirs["positive"] / (theirs["positive"] + theirs["negative"]))
    assert found.effect.before.value == pytest.approx(0.212, abs=0.002)
    assert found.yes.value == pytest.approx(0.032, abs=0.005)
    assert found.effect.verdict == "worse"
