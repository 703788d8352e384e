"""Doors that exist in the demonstration only: Ada is signed in by herself, and the mail can be read.

They open to this machine alone: the settings install them only under UNTILYES_DEMO, the demonstration's server listens
on loopback only, and each door asks again where the visitor comes from.
"""

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_GET

from untilyes.config.demo.founding import PEOPLE
from untilyes.config.demo.mailbox import find_letter, list_letters
from untilyes.workspaces.models import User

MAILBOX = settings.HOME / "mailbox"
_TEMPLATES = Path(__file__).parent / "templates"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

View = Callable[..., HttpResponse]


class SignAdaIn:
    """Middleware: whoever opens a staff page on this machine without having signed in is Ada."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:  # noqa: ARG002
        """Customers' pages stay as anonymous as they are in life."""
        is_staff_page = view.__module__.startswith("untilyes.web")
        if is_staff_page and not request.user.is_authenticated and _is_at_home(request):
            _sign_in(request, "ada")


def _at_home_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO and _is_at_home(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@_at_home_only
def become(request: HttpRequest, who: str) -> HttpResponse:
    """Be somebody else for a while: Ada, Ben or Vera."""
    if who not in PEOPLE:
        raise Http404
    _sign_in(request, who)
    return redirect("/")


@require_GET
@_at_home_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """Every message that was sent, newest first; `?to=` shows one customer's."""
    to = request.GET.get("to", "").strip().lower()
    letters = [letter for letter in list_letters(MAILBOX, limit=500) if to in letter.to.lower()][:100]
    return _page("mailbox.html", request, letters=letters, to=to)


@require_GET
@_at_home_only
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """One message as its reader sees it."""
    found = find_letter(MAILBOX, name)
    if found is None:
        raise Http404
    return _page("letter.html", request, letter=found)


urlpatterns = [
    path("demo/as/<str:who>/", become, name="become"),
    path("demo/mailbox/", mailbox, name="mailbox"),
    path("demo/mailbox/<str:name>/", letter, name="letter"),
]


def _is_at_home(request: HttpRequest) -> bool:
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _sign_in(request: HttpRequest, who: str) -> None:
    user = User.objects.filter(email=f"{who}@fernweh.example").first()
    if user is not None:
        login(request, user, backend=_BACKEND)


def _page(template: str, request: HttpRequest, **context: object) -> HttpResponse:
    source = (_TEMPLATES / template).read_text(encoding="utf-8")
    return HttpResponse(engines["django"].from_string(source).render(context, request))
