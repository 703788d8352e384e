"""The outbox: facts told in the same transaction as the thing they tell of, waiting for the lake."""

import uuid
from typing import ClassVar

from django.db import models

from untilyes.workspaces.tenancy import WorkspaceOwned


class OutboxEntry(WorkspaceOwned):
    """One fact on its way to the lake. It is deleted once the lake has it."""

    table = models.CharField(max_length=20)
    fact = models.JSONField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    # Which flush carries it; empty until a flush claims it. See actions.flush_outbox for why a claim is needed.
    batch = models.BigIntegerField(null=True, db_index=True)

    class Meta:
        verbose_name_plural = "outbox entries"

    def __str__(self) -> str:
        return f"{self.table} {self.fact.get('id')}"


class Batch(WorkspaceOwned):
    """A numbered load of outbox entries. Numbers only grow, which is what lets the lake recognise a repeat."""

    number = models.BigAutoField(primary_key=True)
    claimed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"batch {self.number}"


class Erasure(WorkspaceOwned):
    """A customer to be erased from the lake; kept, without anything that tells who they were, as proof it was done."""

    customer_id = models.UUIDField(default=uuid.uuid4)
    asked_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    rows = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "done_at"])]

    def __str__(self) -> str:
        return f"erasure asked {self.asked_at:%Y-%m-%d}"
