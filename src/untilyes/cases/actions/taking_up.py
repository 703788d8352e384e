"""A journey that left its path becomes somebody's work, without the customer having said a word."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.conversing import add_note
from untilyes.cases.actions.opening import open_case
from untilyes.cases.models import Case
from untilyes.cases.queries import find_standing_case
from untilyes.customers.models import Customer
from untilyes.feedback.facts import Circumstances
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def take_up_exception(customer: Customer | None, *, when: Circumstances, told: str, by: Member, at: datetime) -> Case:
    """The case about this interaction; where there is none one is opened, beginning now. A note says how it strayed.

    The promise about time to yes counts from now, when we began, and not from when the journey went astray.
    """
    require(by, "work_cases")
    standing = find_standing_case(customer, interaction_id=when.interaction_id) if when.interaction_id else None
    if standing is not None:
        return standing
    case = open_case(customer, when=replace(when, at=at, customer_id=customer.pk if customer else None), by=by)
    add_note(case, told, by=by, at=at)
    return case
