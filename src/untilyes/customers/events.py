"""What happened to what we know of a customer."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CustomersMerged:
    """Two customers were found to be one."""

    kept_id: UUID
    absorbed_id: UUID


@dataclass(frozen=True)
class CustomerErased:
    """A customer's wish to be forgotten was carried out."""

    customer_id: UUID
