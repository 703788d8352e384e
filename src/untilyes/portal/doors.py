"""How a customer comes in: by a signed link and nothing else. No cookie is set and none is needed."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from untilyes.portal.pages import refusal
from untilyes.surveys.links import BadLink
from untilyes.surveys.queries import SurveyNotLive
from untilyes.surveys.rules import AnswerSettled, InvitationOver
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import NotFound, inside


class Opened(Protocol):
    """What a link leads to; it knows whose it is."""

    workspace: Any


Thing = TypeVar("Thing", bound=Opened)
More = ParamSpec("More")
View = Callable[Concatenate[HttpRequest, Thing, str, More], HttpResponse]
Door = Callable[..., HttpResponse]


def opened_by(find: Callable[[str], Thing]) -> Callable[[View[Thing, More]], Door]:
    """Turn the token in the address into what it leads to, and every refusal into a page a customer can read.

    The usual CSRF cookie is left out on purpose: it guards against another site using the visitor's sign-in, and here
    nobody is signed in. The right to answer is the link itself, which another site does not know; and customers whose
    browsers keep no cookies must be heard too. Only a POST counts, because mail scanners open links.
    """

    def decorate(view: View[Thing, More]) -> Door:
        @csrf_exempt
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def open_door(request: HttpRequest, token: str, *args: More.args, **kwargs: More.kwargs) -> HttpResponse:
            try:
                thing = find(token)
                with inside(thing.workspace):
                    response = _answer(request, thing.workspace, lambda: view(request, thing, token, *args, **kwargs))
            except (BadLink, NotFound, SurveyNotLive):
                response = refusal(request, "unknown", status=404)
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return open_door

    return decorate


def _answer(request: HttpRequest, workspace: Workspace, answer: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return answer()
    except InvitationOver as over:
        return refusal(request, over.why.value, status=410, workspace=workspace)
    except AnswerSettled:
        return refusal(request, "settled", status=409, workspace=workspace)
