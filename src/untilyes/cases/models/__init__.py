"""The nouns of the cases room."""

from untilyes.cases.models.case import Case, CaseEntry, CasePolicy, distrust
from untilyes.cases.models.ledger import Signal
from untilyes.cases.models.talk import CaseAttachment, CaseMessage, CaseNote, ContactAttempt

__all__ = [
    "Case",
    "CaseAttachment",
    "CaseEntry",
    "CaseMessage",
    "CaseNote",
    "CasePolicy",
    "ContactAttempt",
    "Signal",
    "distrust",
]
