"""The only way from an outside id to a customer."""

from uuid import UUID

from untilyes.customers.models import Customer, Merge
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace


def get_customer(customer_id: UUID | str, *, seen_by: Member) -> Customer:
    """The customer with this id; for one who was merged, the customer they became.

    Raises NotFound when there is none in the member's workspace, NotAllowed when their role may not see customers.
    """
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such customer.")
    require(seen_by, "see_customers")
    try:
        customer = Customer.objects.select_related("account", "merged_into").get(pk=customer_id)
    except (Customer.DoesNotExist, ValueError) as error:
        raise NotFound("No such customer.") from error
    return customer.merged_into or customer


def get_merge(merge_id: int, *, kept: Customer) -> Merge:
    """One of the merges this customer stands for. Raises NotFound when it is somebody else's."""
    try:
        return Merge.objects.select_related("absorbed").get(pk=merge_id, kept=kept)
    except Merge.DoesNotExist as error:
        raise NotFound("No such merge.") from error
