"""Questions about campaigns; never writes."""

from untilyes.campaigns.queries.audience import Audience, Place, read_audience
from untilyes.campaigns.queries.finding import list_causes, list_places, list_suggested
from untilyes.campaigns.queries.letters import (
    Heard,
    LetterLine,
    draft_text,
    is_letter_monthly,
    list_authors,
    list_letters,
    list_readers,
    read_heard,
    read_letter,
)
from untilyes.campaigns.queries.repeats import RepeatLine, list_repeats
from untilyes.campaigns.queries.results import (
    CampaignLine,
    Progress,
    list_addressees,
    list_campaigns,
    read_progress,
)

__all__ = [
    "Audience",
    "CampaignLine",
    "Heard",
    "LetterLine",
    "Place",
    "Progress",
    "RepeatLine",
    "draft_text",
    "is_letter_monthly",
    "list_addressees",
    "list_authors",
    "list_campaigns",
    "list_causes",
    "list_letters",
    "list_places",
    "list_readers",
    "list_repeats",
    "list_suggested",
    "read_audience",
    "read_heard",
    "read_letter",
    "read_progress",
]
