"""Questions about customers; never writes."""

from collections.abc import Sequence

from django.db.models import F, Q

from untilyes.customers.models import Customer, Identity, Merge, Trait
from untilyes.customers.rules import BadIdentity, IdentityKind, normalise_identity


def find_customer(kind: IdentityKind, value: str, *, source: str = "") -> Customer | None:
    """The customer known by this identity, or None."""
    try:
        text = normalise_identity(kind, value)
    except BadIdentity:
        return None
    identity = Identity.objects.select_related("customer").filter(kind=kind, source=source, value=text).first()
    return identity.customer if identity else None


def search_customers(text: str, *, limit: int = 50) -> Sequence[Customer]:
    """Customers whose name, account or identity contains `text`; everybody, by name, when it is empty."""
    found = Customer.objects.filter(merged_into=None).select_related("account")
    for word in text.split():
        found = found.filter(
            Q(name__icontains=word) | Q(account__name__icontains=word) | Q(identities__value__icontains=word)
        )
    return list(found.distinct().order_by("name", "pk")[:limit])


def list_keys(customer: Customer) -> list[str]:
    """Every customer_id under which the lake may know this customer: their own and those they absorbed."""
    return [str(one.pk) for one in [customer, *customer.absorbed.all()]]


def find_email(customer: Customer) -> str | None:
    """The address to write to: the most recently verified one, or the first we were given."""
    newest_verified_first = F("verified_at").desc(nulls_last=True)
    addresses = customer.identities.filter(kind=IdentityKind.EMAIL).order_by(newest_verified_first, "pk")
    return addresses.values_list("value", flat=True).first()


def count_customers() -> int:
    """How many customers we know, merged ones counted once."""
    return Customer.objects.filter(merged_into=None).count()


def list_identities(customer: Customer) -> Sequence[Identity]:
    """Every way we know the customer by: addresses first, then ids in other systems."""
    order = {kind.value: place for place, kind in enumerate(IdentityKind)}
    return sorted(customer.identities.all(), key=lambda one: (order[one.kind], one.source, one.value))


def list_traits(customer: Customer) -> Sequence[Trait]:
    """What we know of the customer, by name."""
    return list(customer.traits.order_by("name"))


def list_merges(customer: Customer) -> Sequence[Merge]:
    """Whom the customer absorbed and still stands for, the newest first."""
    return list(customer.merges.filter(undone_at=None).select_related("absorbed", "by__user").order_by("-at", "-pk"))
