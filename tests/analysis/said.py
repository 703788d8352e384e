"""Comments made up for tests, and real ones."""

import csv
import gzip
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from untilyes.analysis.voices.reading import Comment

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def comment(
    number: int, text: str, *, language: str = "en", yes: bool | None = None, days: int = 0, channel: str = "email"
) -> Comment:
    """A comment of a customer of their own, so many days before AT."""
    at = AT - timedelta(days=days)
    return Comment(f"c{number}", at, text, language, f"p{number}", "refund", channel, "survey", yes)


def read_tweets(folder: Path) -> list[dict[str, str]]:
    """The tweets to airlines with what people said about them by hand."""
    raw = gzip.decompress((folder / "twitter_airline" / "Tweets.csv.gz").read_bytes()).decode("utf-8", "replace")
    return list(csv.DictReader(io.StringIO(raw)))


def read_reviews(folder: Path) -> list[dict[str, str]]:
    """The reviews of a Brazilian marketplace with their scores."""
    file = folder / "olist_3k" / "olist_order_reviews_dataset.csv.gz"
    return list(csv.DictReader(io.StringIO(gzip.decompress(file.read_bytes()).decode("utf-8"))))
