"""The nouns of the cases room."""

from untilyes.cases.models.case import Case, CaseEntry, CasePolicy, distrust
from untilyes.cases.models.causes import RootCause
from untilyes.cases.models.desk import CustomerValue, Draft, PreparedReply, Presence, SavedView
from untilyes.cases.models.ledger import Signal
from untilyes.cases.models.related import CaseLink
from untilyes.cases.models.talk import CaseAttachment, CaseMessage, CaseNote, ContactAttempt

__all__ = [
    "Case",
    "CaseAttachment",
    "CaseEntry",
    "CaseLink",
    "CaseMessage",
    "CaseNote",
    "CasePolicy",
    "ContactAttempt",
    "CustomerValue",
    "Draft",
    "PreparedReply",
    "Presence",
    "RootCause",
    "SavedView",
    "Signal",
    "distrust",
]
