"""What customers with open cases are worth to us, read where it is known and kept where the queue can order by it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from untilyes.cases.models import Case, CustomerValue
from untilyes.cases.queries.finding import OVER, find_policy
from untilyes.customers.models import Customer, Trait
from untilyes.customers.queries import list_keys
from untilyes.customers.rules import TraitKind
from untilyes.feedback.queries import open_lake

KEPT_FOR = timedelta(hours=6)
WINDOW = timedelta(days=365)
AT_ONCE = 500
PURCHASES = "purchases in 12 months"


def value_customers(*, at: datetime) -> int:
    """Read anew what customers with open cases are worth, where that is not known or was read long ago; how many.

    It is the trait the workspace names in its settings, where the customer has it as a number, else what they bought in
    the twelve months before. Somebody of whom neither is known has no value, which is not the same as nothing.
    """
    waiting = Case.objects.exclude(state__in=OVER).exclude(customer=None)
    fresh = CustomerValue.objects.filter(read_at__gt=at - KEPT_FOR)
    keys = waiting.exclude(customer__in=fresh.values("customer")).values("customer").distinct()
    customers = list(Customer.objects.filter(pk__in=keys).select_related("merged_into")[:AT_ONCE])
    if not customers:
        return 0
    persons = {one.pk: one.merged_into or one for one in customers}
    named, bought = _read_trait(list(persons.values())), _read_purchases(list(persons.values()), at=at)
    for key, person in persons.items():
        amount, basis = named.get(str(person.pk)) or bought.get(str(person.pk)) or (None, "")
        CustomerValue.objects.update_or_create(
            customer_id=key, defaults={"amount": amount, "basis": basis, "read_at": at}
        )
    return len(customers)


def _read_trait(persons: Sequence[Customer]) -> Mapping[str, tuple[float, str]]:
    name = find_policy().value_trait
    if not name:
        return {}
    known = Trait.objects.filter(customer__in=persons, name=name, kind=TraitKind.NUMBER)
    return {str(one.customer_id): (float(one.value), name.replace("_", " ")) for one in known}


def _read_purchases(persons: Sequence[Customer], *, at: datetime) -> Mapping[str, tuple[float, str]]:
    owners = {key: str(person.pk) for person in persons for key in list_keys(person)}
    lake = open_lake()
    events = lake.read("events")
    theirs = events.filter(
        events.activity == "purchase",
        events.customer_id.isin(list(owners)),
        events.amount.notnull(),
        events.at >= at - WINDOW,
        events.at <= at,
    )
    sums = lake.fetch(lambda: theirs.group_by("customer_id").aggregate(amount=theirs.amount.sum())).to_pylist()
    totals: dict[str, float] = {}
    for row in sums:
        owner = owners[row["customer_id"]]
        totals[owner] = totals.get(owner, 0.0) + row["amount"]
    return {owner: (amount, PURCHASES) for owner, amount in totals.items()}
