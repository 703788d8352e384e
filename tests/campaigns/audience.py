"""Customers of Acme who said no to the same thing, and a campaign that tells them it was changed."""

import json
from datetime import datetime

from tests.cases.stories import AT, DAY, NO, YES, ask, propose, say
from tests.cast import Cast
from untilyes.campaigns.actions import draft_campaign, write_campaign
from untilyes.campaigns.models import Addressee, Campaign
from untilyes.campaigns.rules import About
from untilyes.cases.actions import set_root_cause
from untilyes.cases.models import Case
from untilyes.cases.queries import find_case_for_response
from untilyes.customers.actions import welcome_customer
from untilyes.customers.models import Customer
from untilyes.feedback.queries import open_lake
from untilyes.surveys.models import Invitation

CAUSE = "Packing › One shoe"
TEXTS = {
    "en": {
        "subject": "{house}: both shoes now",
        "text": "Every box is weighed now, {customer}: no shoe is left behind.",
    },
    "de": {"subject": "{house}: jetzt beide Schuhe", "text": "Jeder Karton wird jetzt gewogen, {customer}."},
}


def person(name: str, *, language: str = "en", email: bool = True) -> Customer:
    """Another customer of Acme."""
    address = f"{name.lower()}@customer.example" if email else ""
    known = {"external": ("shop", name)} if not email else {}
    return welcome_customer(email=address, name=name, language=language, **known)  # type: ignore[arg-type]


def know(customer: Customer, **traits: str) -> None:
    """What the lake knows of a customer."""
    key = str(customer.pk)
    fact = {"id": key, "customer_id": key, "at": AT - DAY, "source": "event", "traits": json.dumps(traits)}
    open_lake().record("customers", [fact])


def no_of(cast: Cast, customer: Customer, *, cause: str = CAUSE, at: datetime = AT) -> Case:
    """A case of somebody who said no, with its cause named."""
    invitation = ask(cast, customer=customer, interaction_id=f"order-{customer.name}-{at:%j%H}", at=at)
    case = find_case_for_response(say(invitation, NO, at=at).pk)
    assert case is not None
    return set_root_cause(case, cause, by=cast.ben, at=at) if cause else case


def closed_no_of(cast: Cast, customer: Customer) -> Case:
    """A case of somebody who said no and then yes."""
    case = no_of(cast, customer)
    say(propose(cast, case, at=AT + DAY), YES, at=AT + 2 * DAY)
    return Case.objects.get(pk=case.pk)


def campaign(cast: Cast, *, about: About = About.CAUSE, key: str = CAUSE, name: str = "Both shoes") -> Campaign:
    """A campaign with its texts written, not yet started."""
    drafted = draft_campaign(name, about, key, since=AT - DAY, by=cast.ada, at=AT)
    return write_campaign(drafted, TEXTS, per_minute=600, by=cast.ada, at=AT)


def asked_in(campaign_: Campaign, customer: Customer) -> Invitation:
    """The question this customer was asked by the campaign."""
    invitation = Addressee.objects.get(campaign=campaign_, customer=customer).invitation
    assert invitation is not None
    return invitation
