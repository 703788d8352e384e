"""What customers ask where nobody looks for an answer shows what is missing, too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from untilyes.analysis.voices.masking import mask
from untilyes.customers.models import Customer
from untilyes.customers.rules import is_key
from untilyes.knowledge.models import Search
from untilyes.knowledge.queries.answering import has_answer
from untilyes.knowledge.rules import Place
from untilyes.knowledge.words import name_search


@dataclass(frozen=True)
class CustomerQuestion:
    """A question in a customer's words. `about` names where it was asked, such as comment:42."""

    words: str
    about: str
    at: datetime
    language: str = ""
    customer_id: str = ""


@transaction.atomic
def take_in_questions(asked: Sequence[CustomerQuestion]) -> int:
    """Keep the questions that no article answers, beside what was looked for and not found; return how many are new.

    Personal data in them is covered. What was taken in before stays as it is: handing all down again changes nothing.
    """
    known = set(Search.objects.filter(place=Place.VOICE).values_list("about", flat=True))
    new = [one for one in asked if one.about not in known]
    people = {one.customer_id for one in new if is_key(one.customer_id)}
    here = {str(key) for key in Customer.objects.filter(pk__in=people).values_list("pk", flat=True)}
    return len(Search.objects.bulk_create(_list_unanswered(new, here)))


def _list_unanswered(asked: Sequence[CustomerQuestion], here: set[str]) -> Iterator[Search]:
    answered: dict[str, bool] = {}
    for one in asked:
        words, name = mask(" ".join(one.words.split()))[:300], name_search(one.words)
        if name and name not in answered:
            answered[name] = has_answer(words)
        if name and not answered[name]:
            yield Search(
                place=Place.VOICE,
                words=words,
                name=name,
                language=one.language[:10],
                at=one.at,
                found=0,
                about=one.about,
                customer_id=one.customer_id if one.customer_id in here else None,
            )
