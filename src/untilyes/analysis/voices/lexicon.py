"""How a comment sounds by a word list: only where there is nothing to learn from, and it is always said.

VADER (Hutto & Gilbert 2014): English, made for posts. A comment is positive from 0.05 and negative from −0.05 of its
compound score on. It has no chances and knows nothing of the house.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

LANGUAGE: Final = "en"
EDGE: Final = 0.05


def tell_by_list(texts: Sequence[str]) -> list[str]:
    """positive, neutral or negative for each English text.

    >>> tell_by_list(["VADER is smart, handsome, and funny.", "Today SUX!", "The parcel has a label."])
    ['positive', 'negative', 'neutral']
    """
    listed = _load_list()
    return [_tell(float(listed.polarity_scores(text)["compound"])) for text in texts]


def _tell(compound: float) -> str:
    return "positive" if compound >= EDGE else "negative" if compound <= -EDGE else "neutral"


@lru_cache(maxsize=1)
def _load_list() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: PLC0415 - a tenth of a second to load

    return SentimentIntensityAnalyzer()
