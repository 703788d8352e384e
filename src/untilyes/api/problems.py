"""Refusals as problem documents (RFC 9457): what kind, and what to do."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from pydantic import ValidationError

from untilyes.api.operations import TITLES
from untilyes.cases.rules import NotPossible
from untilyes.customers.rules import BadIdentity
from untilyes.surveys.actions import CommentNotAsked
from untilyes.surveys.queries import SurveyNotLive
from untilyes.surveys.reading import AnswersIncomplete
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.keys import BadKey, OutsideScope
from untilyes.workspaces.machines import AskedOtherwise
from untilyes.workspaces.tenancy import NotFound


class Refused(Exception):
    """The request cannot be taken as it was sent; `status` says in which way, the message what to do."""

    def __init__(self, status: HTTPStatus, told: str) -> None:
        super().__init__(told)
        self.status = status


STATUS_OF: dict[type[Exception], HTTPStatus] = {
    BadKey: HTTPStatus.UNAUTHORIZED,
    OutsideScope: HTTPStatus.FORBIDDEN,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    NotPossible: HTTPStatus.CONFLICT,
    SurveyNotLive: HTTPStatus.CONFLICT,
    AskedOtherwise: HTTPStatus.UNPROCESSABLE_ENTITY,
    AnswersIncomplete: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadIdentity: HTTPStatus.UNPROCESSABLE_ENTITY,
    CommentNotAsked: HTTPStatus.UNPROCESSABLE_ENTITY,
    ValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
TOLD: tuple[type[Exception], ...] = (Refused, *STATUS_OF)
"""What the rooms refuse with a sentence; anything else is a fault of ours and no answer to the caller."""


def tell_problem(problem: Exception) -> HttpResponse:
    """The refusal as a document."""
    if isinstance(problem, Refused):
        return write_problem(problem.status, str(problem))
    status = next(status for kind, status in STATUS_OF.items() if isinstance(problem, kind))
    told = _tell_fields(problem) if isinstance(problem, ValidationError) else str(problem)
    response = write_problem(status, told)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def write_problem(status: HTTPStatus, told: str) -> HttpResponse:
    """A problem document with this status."""
    kind, title = TITLES[status]
    content: dict[str, Any] = {
        "type": f"urn:untilyes:problem:{kind}",
        "title": title,
        "status": status.value,
        "detail": told,
    }
    return JsonResponse(content, status=status, content_type="application/problem+json")


def _tell_fields(problem: ValidationError) -> str:
    """Each wrong field with what is wrong about it; never what was sent, which may be a customer's words."""
    told = [f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in problem.errors()]
    return "; ".join(told) + "."
