"""Bring in files: choose them, see what would happen, take them in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from untilyes.plumbing.clock import now
from untilyes.plumbing.files import hand_out
from untilyes.sources.access import get_upload
from untilyes.sources.errors import ImportRefused
from untilyes.sources.uploading import ask_to_take_in, change_recipe, discard_upload, receive_files
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.importing.page import build_new, build_upload
from untilyes.workspaces.access import require
from untilyes.workspaces.tenancy import NotFound

AT, UNPROCESSABLE = "listen:page", 422


@require_http_methods(["GET", "POST"])
@members_only
def new(request: MemberRequest) -> HttpResponse:
    """Choose what it is, and the files."""
    require(request.member, "import_files")
    recipe, problem = request.POST.get("recipe", ""), ""
    if request.method == "POST":
        try:
            made = receive_files(recipe, request.FILES.getlist("files"), by=request.member, at=now())
        except ImportRefused as refused:
            problem = str(refused)
        else:
            return redirect("importing:upload", request.member.workspace.slug, made.pk)
    context = {"page": build_new(chosen=recipe), "problem": problem}
    return show(request, "web/importing/new.html", context, at=AT, status=UNPROCESSABLE if problem else 200)


@require_GET
@members_only
def upload(request: MemberRequest, upload_id: int) -> HttpResponse:
    """What would happen to every row, or what happened."""
    built = build_upload(get_upload(upload_id, seen_by=request.member))
    return show(request, "web/importing/upload.html", {"page": built}, at=AT)


@require_GET
@members_only
def progress(request: MemberRequest, upload_id: int) -> HttpResponse:
    """How far the worker is; once it is done the page loads itself anew."""
    found = get_upload(upload_id, seen_by=request.member)
    response = show(request, "web/importing/progress.html", {"upload": found})
    if not found.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@members_only
def change(request: MemberRequest, upload_id: int) -> HttpResponse:
    """Look again, by a recipe that was changed."""
    found, text = get_upload(upload_id, seen_by=request.member), request.POST.get("text", "")
    try:
        change_recipe(found, text, by=request.member)
    except ImportRefused as refused:
        context = {"page": build_upload(found), "problem": str(refused), "typed": text}
        return show(request, "web/importing/upload.html", context, at=AT, status=UNPROCESSABLE)
    return redirect("importing:upload", request.member.workspace.slug, found.pk)


@require_POST
@members_only
def take_in(request: MemberRequest, upload_id: int) -> HttpResponse:
    """Take in what was looked at."""
    found = ask_to_take_in(get_upload(upload_id, seen_by=request.member), by=request.member)
    return redirect("importing:upload", request.member.workspace.slug, found.pk)


@require_GET
@members_only
def left_out(request: MemberRequest, upload_id: int) -> HttpResponse:
    """The rows left out, each with its reason."""
    path = get_upload(upload_id, seen_by=request.member).left_out
    if not path.is_file():
        raise NotFound("No row was left out.")
    return hand_out(path.read_bytes(), name=path.name)  # type: ignore[return-value]


@require_POST
@members_only
def discard(request: MemberRequest, upload_id: int) -> HttpResponse:
    """Forget the files; what was taken in stays."""
    discard_upload(get_upload(upload_id, seen_by=request.member), by=request.member)
    messages.success(request, "The files are forgotten.")
    return redirect("importing:new", request.member.workspace.slug)
