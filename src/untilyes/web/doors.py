"""Who may come in, and into which workspace: every staff page stands behind `members_only`."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from untilyes.web.shell import Shell, lay_out_shell
from untilyes.workspaces.access import NotAllowed, get_membership, list_memberships
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.tenancy import NotFound, inside


class MemberRequest(HttpRequest):
    """A request of a signed-in member, inside their workspace."""

    member: Member
    htmx: HtmxDetails


P = ParamSpec("P")
MemberView = Callable[Concatenate[MemberRequest, P], HttpResponse]


def members_only(view: MemberView[P]) -> Callable[..., HttpResponse]:
    """Let members of the workspace in the path in; others learn nothing, not even that it exists.

    Anonymous visitors are sent to sign in. `NotFound` becomes the 404 page, `NotAllowed` a 403 page that says who may.
    """

    @wraps(view)
    def guarded(request: Any, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            request.member = get_membership(request.user, slug=slug)
        except NotFound:
            return not_found(request)
        workspace = request.member.workspace
        with inside(workspace), timezone.override(ZoneInfo(workspace.timezone)):
            try:
                return view(request, *args, **kwargs)
            except NotFound as problem:
                return show(request, "web/errors/not_found.html", {"told": str(problem)}, status=404)
            except NotAllowed as problem:
                return show(request, "web/errors/not_allowed.html", {"told": str(problem)}, status=403)

    return guarded


def show(
    request: MemberRequest, template: str, context: dict[str, Any], *, at: str = "", status: int = 200
) -> HttpResponse:
    """Render a page in the shell, with the place `at` marked in the navigation; htmx fragments need no shell."""
    shell: Shell | None = None if request.htmx and not request.htmx.boosted else lay_out_shell(request.member, at=at)
    return render(request, template, {**context, "shell": shell, "member": request.member}, status=status)


def home(request: HttpRequest) -> HttpResponse:
    """From the bare address to the first workspace of whoever is signed in."""
    if not isinstance(request.user, User):
        return redirect_to_login(request.get_full_path())
    memberships = list_memberships(request.user)
    if not memberships:
        return render(request, "web/errors/no_workspace.html", status=200)
    return redirect("today:page", memberships[0].workspace.slug)


def to_today(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001
    """A workspace's bare address leads to its Today."""
    return redirect("today:page", slug)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """The page for what is not there, or not there for this visitor."""
    return render(request, "web/errors/nothing_here.html", status=404)
