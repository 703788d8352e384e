"""Customers, their organisations, the ways we know them by, and what we know of them."""

import uuid
from typing import ClassVar

from django.db import models

from untilyes.customers.rules import IdentityKind, TraitKind
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import WorkspaceOwned


class Account(WorkspaceOwned):
    """The organisation a customer belongs to."""

    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=~models.Q(external_id=""),
                name="one_account_per_external_id",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Customer(WorkspaceOwned):
    """A person served. The primary key is the customer_id of every fact in the lake."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="customers")
    joined_at = models.DateTimeField(null=True, blank=True)
    # An absorbed customer keeps its key, for the facts that carry it, and points to the one it became.
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="absorbed")
    opted_out_at = models.DateTimeField(null=True, blank=True, help_text="Asked not to be asked.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace", "name"]),
            models.Index(fields=["workspace", "merged_into"]),
        ]

    def __str__(self) -> str:
        return self.name or f"Customer {str(self.pk)[:8]}"

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None


class Identity(WorkspaceOwned):
    """One way we know a customer by: an e-mail address, a phone number, an id in another system."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in IdentityKind])
    source = models.CharField(max_length=60, blank=True, help_text="The system an external id is valid in.")
    value = models.CharField(max_length=254, help_text="Normalised, so that equal means the same.")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "kind", "source", "value"], name="one_customer_per_identity")
        ]

    def __str__(self) -> str:
        return f"{self.source or self.kind}: {self.value}"


class Trait(WorkspaceOwned):
    """Something known about a customer: a name, a kind and a value of that kind."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="traits")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in TraitKind])
    value = models.CharField(max_length=400)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer", "name"], name="one_value_per_trait")]
        indexes: ClassVar = [models.Index(fields=["workspace", "name", "value"])]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


class Merge(WorkspaceOwned):
    """Two customers found to be one: on what evidence, by whom, and what moved, so that it can be undone."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    absorbed = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merged_away")
    evidence = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    moved_identities = models.JSONField(default=list)
    moved_customers = models.JSONField(default=list, help_text="Whom the absorbed one had absorbed before.")
    undone_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.absorbed_id} became {self.kept_id}: {self.evidence}"
