"""Questions about cases; never writes."""

from untilyes.cases.filters import QueueFilter, Which
from untilyes.cases.queries.conversation import Conversation, Line, read_conversation
from untilyes.cases.queries.coverage import Coverage, Leak, read_coverage
from untilyes.cases.queries.finding import (
    find_case_about,
    find_case_for_response,
    find_latest_sequel,
    find_policy,
    find_standing_case,
    list_cases_of,
)
from untilyes.cases.queries.page import CasePage, Moment, read_case_page
from untilyes.cases.queries.queue import QueueRow, Work, count_cases, count_open, count_queue, count_work, list_queue
from untilyes.cases.queries.scores import CustomerScores, PastAnswer, read_customer_scores

__all__ = [
    "CasePage",
    "Conversation",
    "Coverage",
    "CustomerScores",
    "Leak",
    "Line",
    "Moment",
    "PastAnswer",
    "QueueFilter",
    "QueueRow",
    "Which",
    "Work",
    "count_cases",
    "count_open",
    "count_queue",
    "count_work",
    "find_case_about",
    "find_case_for_response",
    "find_latest_sequel",
    "find_policy",
    "find_standing_case",
    "list_cases_of",
    "list_queue",
    "read_case_page",
    "read_conversation",
    "read_coverage",
    "read_customer_scores",
]
