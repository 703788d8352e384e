"""What happened to what we know of a customer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class CustomersMerged:
    """Two customers were found to be one."""

    kept_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True)
class CustomerErased:
    """A customer's wish to be forgotten is carried out: told while what they said is still there, before it goes."""

    customer_id: UUID
    at: datetime
