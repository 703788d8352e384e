"""What customers ask in their comments is handed down to knowledge, which may hold no answer yet."""

from datetime import datetime, timedelta
from typing import Final

from untilyes.analysis.voices.kinds import QUESTION, find_question
from untilyes.analysis.voices.reading import read_comments
from untilyes.feedback.queries import open_lake
from untilyes.knowledge.actions import CustomerQuestion, take_in_questions

OVER: Final = timedelta(days=90)
MOST: Final = 2_000
"""Of the newest; each is looked for among the articles."""


def hand_down_questions(*, at: datetime) -> int:
    """Tell knowledge what customers asked in the last 90 days, as last heard; return how much of it is a new gap."""
    since = (at - OVER).date()
    asked = [one for one in read_comments(open_lake(), since=since) if QUESTION in one.kinds and one.at <= at]
    return take_in_questions(
        [
            CustomerQuestion(
                find_question(one.text, one.language),
                about=f"comment:{one.id}"[:120],
                at=one.at,
                language=one.language,
                customer_id=one.customer_id or "",
            )
            for one in asked[-MOST:]
        ]
    )
