"""What customers told us when asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from untilyes.feedback.facts import AnswerGiven


@dataclass(frozen=True)
class ResponseRecorded:
    """A response was given, or changed: `revision` 1 is the first, later ones replace it under the same id.

    `answers` holds what is true now, with scales; a confirmation includes `effective`. `comment` is what was
    written, in the customer's words. `about` names what the question was about, such as case:42.
    """

    response_id: UUID
    survey_id: int
    invitation_id: UUID | None
    customer_id: UUID | None
    interaction_id: str
    about: str
    touchpoint: str
    channel: str
    team: str
    employee_id: str
    language: str
    answers: tuple[AnswerGiven, ...]
    comment: str
    is_test: bool
    revision: int
    at: datetime

    def find_value(self, question: str) -> float | None:
        """The value given to `question`, or None when it was not answered."""
        return next((answer.value for answer in self.answers if answer.question == question), None)
