"""What those who were told answer is booked to the campaign that told them."""

from untilyes.campaigns.models import Addressee
from untilyes.campaigns.rules import Said
from untilyes.surveys.events import ResponseRecorded

QUESTIONS = ("got_it", "good_job")


def book_answer(fact: ResponseRecorded) -> None:
    """Write down what a customer says now; an answer changed later replaces the first. Tests are not booked."""
    if fact.invitation_id is None or fact.is_test:
        return
    said = judge_answer(fact)
    Addressee.objects.filter(invitation=fact.invitation_id).update(said=said.value, said_at=fact.at)


def judge_answer(fact: ResponseRecorded) -> Said:
    """Yes is both questions with yes; no is a no to either; anything less than both is in part."""
    values = [fact.find_value(question) for question in QUESTIONS]
    if 0 in values:
        return Said.NO
    return Said.YES if all(value == 1 for value in values) else Said.IN_PART
