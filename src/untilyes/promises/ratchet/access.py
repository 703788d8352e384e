"""The only way from an outside id to a proposal."""

from untilyes.promises.access import get_promise
from untilyes.promises.ratchet.models import TargetProposal
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_proposal(slug: str, period: str, *, seen_by: Member) -> TargetProposal:
    """The proposal for one promise and period. Raises NotFound when the member's workspace has none."""
    promise = get_promise(slug, seen_by=seen_by)
    try:
        return TargetProposal.objects.select_related("promise", "standing").get(promise=promise, period=period)
    except TargetProposal.DoesNotExist as error:
        raise NotFound("No such proposal.") from error
