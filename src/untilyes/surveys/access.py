"""The only way from an outside id, or a customer's link, to a survey, an invitation or a response."""

from uuid import UUID

from untilyes.surveys.links import BadLink, unsign_key
from untilyes.surveys.models import Invitation, Response, Survey
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace


def get_survey(survey_id: int, *, seen_by: Member) -> Survey:
    """The survey with this id in the member's workspace. Raises NotFound."""
    _same_house(seen_by)
    try:
        return Survey.objects.get(pk=survey_id)
    except Survey.DoesNotExist as error:
        raise NotFound("No such survey.") from error


def get_response(response_id: UUID | str, *, seen_by: Member) -> Response:
    """The response with this id in the member's workspace. Raises NotFound, NotAllowed."""
    _same_house(seen_by)
    require(seen_by, "see_customers")
    try:
        return Response.objects.select_related("version__survey", "customer").get(pk=response_id)
    except (Response.DoesNotExist, ValueError) as error:
        raise NotFound("No such response.") from error


def get_invited(token: str) -> Invitation:
    """The invitation a customer's signed link leads to, with its workspace. Raises BadLink.

    The signature is the customer's key: nobody is signed in here and no workspace is chosen yet, so this looks
    everywhere, for exactly the one row the signature names.
    """
    key = unsign_key(token, purpose="invitation")
    found = Invitation.everywhere.select_related("workspace", "version__survey", "customer").filter(pk=key).first()
    if found is None:
        raise BadLink("This question no longer exists.")
    return found


def get_linked_survey(token: str) -> Survey:
    """The survey a public signed link leads to, with its workspace. Raises BadLink."""
    key = unsign_key(token, purpose="survey")
    found = Survey.everywhere.select_related("workspace").filter(key=key).first()
    if found is None:
        raise BadLink("This survey no longer exists.")
    return found


def get_answered(token: str) -> Response:
    """The response whose thank-you page a signed link leads to, with its workspace. Raises BadLink."""
    key = unsign_key(token, purpose="response")
    rows = Response.everywhere.select_related("workspace", "version__survey", "invitation")
    found = rows.filter(pk=key).first()
    if found is None:
        raise BadLink("This answer no longer exists.")
    return found


def _same_house(member: Member) -> None:
    if member.workspace_id != current_workspace().pk:
        raise NotFound("No such thing here.")
