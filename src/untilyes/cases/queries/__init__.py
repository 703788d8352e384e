"""Questions about cases; never writes."""

from untilyes.cases.filters import QueueFilter, Which
from untilyes.cases.queries.causes import CauseBar, CauseLine, Pareto, list_causes, read_pareto
from untilyes.cases.queries.conversation import Conversation, Line, Owed, read_conversation
from untilyes.cases.queries.coverage import (
    Coverage,
    CoverageCell,
    CoverageRow,
    Leak,
    list_coverage,
    read_coverage,
    read_coverage_by,
)
from untilyes.cases.queries.desk import (
    Present,
    ReplyLine,
    ViewLine,
    fill_prepared,
    find_draft,
    list_prepared,
    list_present,
    list_views,
)
from untilyes.cases.queries.evidence import Action, Evidence, LikeCase, read_evidence
from untilyes.cases.queries.finding import (
    find_case_about,
    find_case_for_response,
    find_latest_sequel,
    find_policy,
    find_standing_case,
    find_value,
    list_cases_about,
    list_cases_of,
)
from untilyes.cases.queries.listing import list_cases
from untilyes.cases.queries.narrowing import FilterValues, list_filter_values
from untilyes.cases.queries.page import CasePage, File, Moment, files_of, read_case_page
from untilyes.cases.queries.queue import QueueRow, Work, count_cases, count_open, count_queue, count_work, list_queue
from untilyes.cases.queries.related import Related, Tie, read_related
from untilyes.cases.queries.said import list_first_words, list_messages, read_ahead
from untilyes.cases.queries.scores import CustomerScores, PastAnswer, find_words, read_customer_scores
from untilyes.cases.queries.standing import Engagement, OpenException, Standing, read_standing

__all__ = [
    "Action",
    "CasePage",
    "CauseBar",
    "CauseLine",
    "Conversation",
    "Coverage",
    "CoverageCell",
    "CoverageRow",
    "CustomerScores",
    "Engagement",
    "Evidence",
    "File",
    "FilterValues",
    "Leak",
    "LikeCase",
    "Line",
    "Moment",
    "OpenException",
    "Owed",
    "Pareto",
    "PastAnswer",
    "Present",
    "QueueFilter",
    "QueueRow",
    "Related",
    "ReplyLine",
    "Standing",
    "Tie",
    "ViewLine",
    "Which",
    "Work",
    "count_cases",
    "count_open",
    "count_queue",
    "count_work",
    "files_of",
    "fill_prepared",
    "find_case_about",
    "find_case_for_response",
    "find_draft",
    "find_latest_sequel",
    "find_policy",
    "find_standing_case",
    "find_value",
    "find_words",
    "list_cases",
    "list_cases_about",
    "list_cases_of",
    "list_causes",
    "list_coverage",
    "list_filter_values",
    "list_first_words",
    "list_messages",
    "list_prepared",
    "list_present",
    "list_queue",
    "list_views",
    "read_ahead",
    "read_case_page",
    "read_conversation",
    "read_coverage",
    "read_coverage_by",
    "read_customer_scores",
    "read_evidence",
    "read_pareto",
    "read_related",
    "read_standing",
]
