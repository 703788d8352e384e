"""Getting to know who is behind a case that somebody unknown began."""

from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.conversing import add_customer_message
from untilyes.cases.history import CUSTOMER, keep_case, lock_case
from untilyes.cases.models import Case
from untilyes.cases.rules import NotPossible, Step
from untilyes.customers.actions import welcome_customer
from untilyes.customers.queries import find_customer
from untilyes.customers.rules import BadIdentity, IdentityKind, normalise_identity


@transaction.atomic
def leave_address(case: Case, email: str, *, at: datetime) -> bool:
    """Take in where somebody we do not know can be written to; return whether we write there from now on.

    An address nobody had becomes the customer's. One that we know already proves nothing about who gave it: it is kept
    as their words for us to look into, and nobody is joined with anybody. Raises NotPossible for what is no address,
    and where we know who the case is with.
    """
    try:
        address = normalise_identity(IdentityKind.EMAIL, email)
    except BadIdentity as problem:
        raise NotPossible("This is not an e-mail address.") from problem
    lock_case(case)
    if case.customer is not None:
        raise NotPossible("We know already whom this is with.")
    if find_customer(IdentityKind.EMAIL, address) is not None:
        add_customer_message(case, address, at=at)
        return False
    case.customer = welcome_customer(email=address, language=case.language)
    keep_case(case, Step.ADDRESS_LEFT, at=at, by_name=CUSTOMER)
    return True
