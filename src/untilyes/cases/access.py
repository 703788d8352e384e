"""The only way from an outside number or a customer's link to a case."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from untilyes.cases.links import PURPOSE, read_reply_address
from untilyes.cases.models import Case, CaseAttachment, CaseLink, CaseMessage, PreparedReply, RootCause, SavedView
from untilyes.surveys.links import BadLink, unsign_key
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace

Row = TypeVar("Row", bound=Model)


def get_case(number: int, *, seen_by: Member) -> Case:
    """The case people call by this number. Raises NotFound when the member's workspace has none, NotAllowed."""
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such case.")
    require(seen_by, "see_customers")
    try:
        return Case.objects.select_related("customer", "assignee__user").get(number=number)
    except Case.DoesNotExist as error:
        raise NotFound("No such case.") from error


def get_case_to_hear(number: int, *, seen_by: Member) -> Case:
    """The case that what a customer says about this number belongs to: the original, where it is a duplicate.

    Raises NotFound, NotAllowed.
    """
    return _lead_on(get_case(number, seen_by=seen_by))


def get_case_by_link(token: str) -> Case:
    """The case a customer's signed link leads to, with its workspace. Raises BadLink.

    The signature is the customer's key: nobody is signed in here and no workspace is chosen yet, so this looks
    everywhere, for exactly the one row the signature names.
    """
    key = unsign_key(token, purpose=PURPOSE)
    found = Case.everywhere.select_related("workspace", "customer").filter(key=key).first()
    if found is None:
        raise BadLink("This conversation no longer exists.")
    return _lead_on(found)


def get_case_by_address(addresses: Iterable[str]) -> Case:
    """The case that the first of these reply addresses leads to, with its workspace. Raises BadLink.

    As with the link, the signature in the address is the customer's key.
    """
    for address in addresses:
        key = read_reply_address(address)
        found = Case.everywhere.select_related("workspace", "customer").filter(key=key).first()
        if found is not None:
            return _lead_on(found)
    raise BadLink("This conversation no longer exists.")


def _lead_on(case: Case) -> Case:
    """The case a duplicate leads to, when it is the same person's; nobody is led into another one's conversation."""
    original = case.original
    return original if original.person == case.person else case


def get_message(message_id: int, *, case: Case) -> CaseMessage:
    """Something said in this case. Raises NotFound."""
    try:
        return CaseMessage.objects.get(pk=message_id, case=case)
    except CaseMessage.DoesNotExist as error:
        raise NotFound("No such message.") from error


def get_link(link_id: int, *, case: Case) -> CaseLink:
    """What ties this case to another. Raises NotFound."""
    found = CaseLink.objects.select_related("case", "other").filter(pk=link_id)
    link = (found.filter(case=case) | found.filter(other=case)).first()
    if link is None:
        raise NotFound("No such link.")
    return link


def get_view(view_id: int, *, seen_by: Member) -> SavedView:
    """A view of the queue this member may use: their own, or a shared one. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    usable = SavedView.objects.filter(Q(owner=seen_by) | Q(is_shared=True)).select_related("owner__user")
    return _first(usable.filter(pk=view_id), "No such view.")


def get_prepared(reply_id: int, *, seen_by: Member) -> PreparedReply:
    """A prepared reply this member may use. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    usable = PreparedReply.objects.filter(Q(owner=seen_by) | Q(is_shared=True)).select_related("owner__user")
    return _first(usable.filter(pk=reply_id), "No such reply.")


def get_cause(cause_id: int, *, seen_by: Member) -> RootCause:
    """A root cause of the member's workspace. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    return _first(RootCause.objects.filter(pk=cause_id), "No such cause.")


def list_cases_numbered(numbers: Iterable[int], *, seen_by: Member) -> list[Case]:
    """The cases people call by these numbers, in that order; numbers of none are passed over. Raises NotAllowed."""
    require(seen_by, "see_customers")
    wanted = list(dict.fromkeys(numbers))
    found = {one.number: one for one in Case.objects.filter(number__in=wanted).select_related("customer")}
    return [found[number] for number in wanted if number in found]


def _first(found: QuerySet[Row], nothing: str) -> Row:
    row = found.first()
    if row is None:
        raise NotFound(nothing)
    return row


def get_attachment(attachment_id: int, *, case: Case) -> CaseAttachment:
    """A file that came with a message of this case. Raises NotFound."""
    try:
        return CaseAttachment.objects.get(pk=attachment_id, message__case=case)
    except CaseAttachment.DoesNotExist as error:
        raise NotFound("No such attachment.") from error
