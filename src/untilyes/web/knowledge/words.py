"""How knowledge is said on staff pages."""

from typing import Final

from untilyes.knowledge.queries import Pile
from untilyes.knowledge.rules import Audience, Confidence, Governance, Taught
from untilyes.web.components.empty_state import EmptyState

PILES: Final = {
    Pile.ALL: "All",
    Pile.FLAGGED: "Doubted",
    Pile.NOT_VALIDATED: "To validate",
    Pile.IN_PROGRESS: "In progress",
    Pile.VALIDATED: "Valid",
    Pile.REVIEW: "To look through",
    Pile.ARCHIVED: "Archived",
}
EMPTY: Final = {
    Pile.ALL: EmptyState(
        "No articles yet",
        "The best ones grow from service: on a case, begin one from the customer’s own words. Or write the answer you "
        "give most often now.",
    ),
    Pile.FLAGGED: EmptyState(
        "Nothing is doubted", "A customer’s no after an article was used puts it here, and so can any of us."
    ),
    Pile.NOT_VALIDATED: EmptyState(
        "Nothing waits to be validated",
        "Articles that were used with success, or that somebody says are finished, wait here.",
    ),
    Pile.IN_PROGRESS: EmptyState("Nothing is in progress", "An article somebody began and did not finish stands here."),
    Pile.VALIDATED: EmptyState(
        "Nothing is valid yet", "An owner or a manager validates, or three different customers do by saying yes."
    ),
    Pile.REVIEW: EmptyState("Nothing is due", "Half a year after it was last validated, an article comes up here."),
    Pile.ARCHIVED: EmptyState("The archive is empty", "Articles are archived with a reason and never deleted."),
}
CONFIDENCES: Final = {
    Confidence.IN_PROGRESS: "in progress",
    Confidence.NOT_VALIDATED: "not validated",
    Confidence.VALIDATED: "valid",
    Confidence.ARCHIVED: "archived",
}
AUDIENCES: Final = {
    Audience.TEAM: "Us only",
    Audience.CUSTOMERS: "Customers in the help centre",
    Audience.EVERYONE: "Everyone, search engines too",
}
READERS: Final = {Audience.TEAM: "us only", Audience.CUSTOMERS: "customers", Audience.EVERYONE: "everyone"}
GOVERNANCES: Final = {
    Governance.BY_USE: "Three different customers’ yes, or one of us who may",
    Governance.BY_HAND: "Only one of us who may (prices, law, safety)",
}
LESSONS: Final = {
    Taught.LINKED: "linked",
    Taught.CREATED: "begun here",
    Taught.NOTHING: "nothing to learn",
}
