"""The only way from an outside id, or a customer's link, to a campaign or a letter."""

from untilyes.campaigns.links import LETTER, STOP
from untilyes.campaigns.models import Campaign, Letter
from untilyes.campaigns.rules import Stage
from untilyes.customers.models import Customer
from untilyes.surveys.links import BadLink, unsign_key
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_campaign(campaign_id: int, *, seen_by: Member) -> Campaign:
    """The campaign, for a member of its workspace. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    found = Campaign.objects.filter(pk=campaign_id, workspace=seen_by.workspace).select_related("by__user").first()
    if found is None:
        raise NotFound("No such campaign.")
    return found


def get_letter(letter_id: int, *, seen_by: Member) -> Letter:
    """The letter, for a member of its workspace. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    letters = Letter.objects.filter(workspace=seen_by.workspace).select_related("approved_by__user")
    found = letters.filter(pk=letter_id).first()
    if found is None:
        raise NotFound("No such letter.")
    return found


def get_letter_by_link(token: str) -> Letter:
    """The approved letter a public link leads to, with its workspace. Raises BadLink, also while it is a draft.

    The signature is the key: nobody is signed in here and no workspace is chosen yet, so this looks everywhere, for
    exactly the one row the signature names.
    """
    key = unsign_key(token, purpose=LETTER)
    approved = Letter.everywhere.select_related("workspace").exclude(stage=Stage.DRAFT)
    found = approved.filter(key=key).first()
    if found is None:
        raise BadLink("There is no such letter.")
    return found


def get_reader(token: str) -> Customer:
    """The customer whose way out of letters this link is, with their workspace. Raises BadLink."""
    key = unsign_key(token, purpose=STOP)
    found = Customer.everywhere.select_related("workspace", "merged_into__workspace").filter(pk=key).first()
    if found is None:
        raise BadLink("There is nobody here any more.")
    return found.merged_into or found
