"""Errands: what nobody asks for any more is forgotten."""

from datetime import datetime

from untilyes.plumbing.clock import now
from untilyes.workspaces.machines import prune_receipts


def forget_old_receipts(at: datetime | None = None) -> int:
    """Forget the Idempotency-Keys that are too old to be repeated; return how many."""
    return prune_receipts(at=at or now())
