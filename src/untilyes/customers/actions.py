"""Verbs about customers."""

from datetime import datetime
from typing import Any

from django.db import transaction

from untilyes.customers.events import CustomerErased, CustomersMerged
from untilyes.customers.models import Customer, Identity, Merge, Trait
from untilyes.customers.queries import find_customer
from untilyes.customers.rules import IdentityKind, TraitKind, check_trait, normalise_identity
from untilyes.plumbing.announce import announce
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member


class CannotMerge(ValueError):
    """The two cannot become one; the message says why."""


class IdentityTaken(ValueError):
    """Another customer is already known by this identity; merging them may be what is wanted."""


@transaction.atomic
def welcome_customer(
    *, email: str = "", phone: str = "", external: tuple[str, str] | None = None, name: str = "", **known: Any
) -> Customer:
    """The customer known by any of these identities, or a new one; identities we did not know are added.

    `external` is (source, id). Fields already known are kept: the newest hearsay does not overwrite them.
    """
    wanted = [
        (kind, source, normalise_identity(kind, value))
        for kind, source, value in (
            (IdentityKind.EXTERNAL, *(external or ("", ""))),
            (IdentityKind.EMAIL, "", email),
            (IdentityKind.PHONE, "", phone),
        )
        if value
    ]
    found = next((one for kind, source, value in wanted if (one := find_customer(kind, value, source=source))), None)
    customer = found or Customer.objects.create(name=name, **known)
    for kind, source, value in wanted:
        Identity.objects.get_or_create(kind=kind, source=source, value=value, defaults={"customer": customer})
    return customer


def add_identity(customer: Customer, kind: IdentityKind, value: str, *, source: str = "") -> Identity:
    """Know the customer by one more identity. Raises IdentityTaken when somebody else has it."""
    text = normalise_identity(kind, value)
    identity, _ = Identity.objects.get_or_create(kind=kind, source=source, value=text, defaults={"customer": customer})
    if identity.customer_id != customer.pk:
        raise IdentityTaken(f"{text} already belongs to {identity.customer}.")
    return identity


def set_trait(
    customer: Customer, name: str, value: str, *, kind: TraitKind = TraitKind.TEXT, source: str = ""
) -> Trait:
    """Remember something about the customer, replacing what was known under that name. Raises BadTrait."""
    trait, _ = Trait.objects.update_or_create(
        customer=customer,
        name=name,
        defaults={"kind": kind, "value": check_trait(kind, value), "source": source},
    )
    return trait


@transaction.atomic
def merge_customers(
    kept: Customer, absorbed: Customer, *, evidence: str, at: datetime, by: Member | None = None
) -> Merge:
    """Let `absorbed` become `kept`, on stated evidence. The lake is not rewritten, so this can be undone.

    Raises CannotMerge when they are the same, when either was merged before, or when no evidence is given; NotAllowed.
    """
    if by:
        require(by, "merge_customers")
    if kept.pk == absorbed.pk:
        raise CannotMerge("This is the same customer already.")
    if kept.is_merged or absorbed.is_merged:
        raise CannotMerge("One of the two was merged before; undo that merge first or choose who they became.")
    if not evidence.strip():
        raise CannotMerge("Say what shows that they are the same person.")
    moved = list(absorbed.identities.values_list("pk", flat=True))
    Identity.objects.filter(pk__in=moved).update(customer=kept)
    # Whoever had been absorbed before now points to the survivor, so that one step always leads to the person.
    earlier = [str(key) for key in absorbed.absorbed.values_list("pk", flat=True)]
    Customer.objects.filter(pk__in=earlier).update(merged_into=kept)
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    merge = Merge.objects.create(
        kept=kept,
        absorbed=absorbed,
        evidence=evidence,
        at=at,
        by=by,
        moved_identities=moved,
        moved_customers=earlier,
    )
    record_audit("merge_customers", about=f"customer:{kept.pk}", at=at, by=by, absorbed=str(absorbed.pk))
    announce(CustomersMerged(kept_id=kept.pk, absorbed_id=absorbed.pk))
    return merge


@transaction.atomic
def unmerge_customers(merge: Merge, *, at: datetime, by: Member | None = None) -> Customer:
    """Undo a merge: the absorbed customer is themselves again, with the identities they brought. Raises NotAllowed."""
    if by:
        require(by, "merge_customers")
    if merge.undone_at is not None:
        return merge.absorbed
    Identity.objects.filter(pk__in=merge.moved_identities).update(customer=merge.absorbed)
    Customer.objects.filter(pk__in=merge.moved_customers).update(merged_into=merge.absorbed)
    merge.absorbed.merged_into = None
    merge.absorbed.save(update_fields=["merged_into"])
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    record_audit("unmerge_customers", about=f"customer:{merge.kept_id}", at=at, by=by, absorbed=str(merge.absorbed_id))
    return merge.absorbed


@transaction.atomic
def forget_customer(customer: Customer, *, at: datetime, by: Member | None = None) -> None:
    """Erase the customer, and whoever they absorbed, from the database now; the lake follows with the worker.

    Raises NotAllowed.
    """
    if by:
        require(by, "erase_customers")
    record_audit("forget_customer", about=f"customer:{customer.pk}", at=at, by=by)
    for person in [*customer.absorbed.all(), customer]:
        announce(CustomerErased(customer_id=person.pk, at=at))
        person.delete()
