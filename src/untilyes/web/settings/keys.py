"""Keys for other programs: made, shown once, revoked. For owners only."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.settings.page import KeysPage, build_keys_page
from untilyes.workspaces.access import get_api_key, require
from untilyes.workspaces.machines import make_api_key, revoke_api_key

UNPROCESSABLE = 422


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Which programs may come in."""
    return _show(request, build_keys_page(request.member))


@require_POST
@members_only
def make(request: MemberRequest) -> HttpResponse:
    """Make a key and show it, this once; sending the form again is refused, for the name is taken then."""
    name, scopes = request.POST.get("name", ""), tuple(request.POST.getlist("scopes"))
    try:
        made = make_api_key(name, scopes=scopes, by=request.member, at=now())
    except ValueError as problem:
        refused = build_keys_page(request.member, problem=str(problem), typed_name=name, typed_scopes=scopes)
        return _show(request, refused, status=UNPROCESSABLE)
    return _show(request, build_keys_page(request.member, made=made))


@require_POST
@members_only
def revoke(request: MemberRequest, key_id: int) -> HttpResponse:
    """Let a key open nothing any more."""
    require(request.member, "edit_workspace")
    key = revoke_api_key(get_api_key(key_id, seen_by=request.member), by=request.member, at=now())
    messages.success(request, f"The key “{key}” opens nothing any more.")
    return redirect("settings:keys", request.member.workspace.slug)


def _show(request: MemberRequest, page: KeysPage, *, status: int = 200) -> HttpResponse:
    response = show(request, "web/settings/keys.html", {"page": page}, at="settings:page", status=status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
