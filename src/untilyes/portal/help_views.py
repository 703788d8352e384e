"""The help centre's doors: open to everybody, under the name of the house."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from untilyes.cases.learning import ensure_help_questions, record_reader_answer
from untilyes.knowledge.access import find_help_search, get_help_centre, get_public_article, get_public_file
from untilyes.knowledge.actions import choose_result, record_search
from untilyes.knowledge.models import Article
from untilyes.knowledge.rules import Audience, Place
from untilyes.plumbing.clock import now
from untilyes.plumbing.files import serve_file
from untilyes.portal import helping
from untilyes.portal.pages import refusal, show
from untilyes.surveys.links import BadLink, new_form, open_form, sign_response
from untilyes.surveys.reading import AnswersIncomplete
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import NotFound, inside

UNPROCESSABLE = 422
P = ParamSpec("P")
HelpView = Callable[Concatenate[HttpRequest, Workspace, P], HttpResponseBase]


def in_help_centre(view: HelpView[P]) -> Callable[..., HttpResponseBase]:
    """Lead the name in the address to its house; where there is nothing to read, there is no help centre."""

    @wraps(view)
    def open_door(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            workspace = get_help_centre(slug).workspace
            with inside(workspace):
                return view(request, workspace, *args, **kwargs)
        except (NotFound, FileNotFoundError):
            return refusal(request, "help_gone", status=404)

    return open_door


@require_safe
@in_help_centre
def front(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """What is asked most, by picture; or what a search finds, which is kept, for what it misses is a gap."""
    words = request.GET.get("q", "").strip()[:200]
    if not words:
        return _public(show(request, "help/front", helping.front_page(request, workspace, at=now())))
    found, language = helping.find_answers(request, words)
    search = record_search(words, place=Place.HELP, found=len(found), at=now(), language=language)
    page = helping.found_page(request, workspace, words, found, search)
    return _unlisted(show(request, "help/front", page))


@csrf_exempt  # as everywhere on customers' pages: nobody is signed in, so there is no sign-in to abuse
@require_http_methods(["GET", "HEAD", "POST"])
@in_help_centre
def article(request: HttpRequest, workspace: Workspace, number: int) -> HttpResponse:
    """Read an article; at its end, say whether it was enough."""
    found = get_public_article(number)
    if request.method == "POST":
        return _answer(request, workspace, found)
    if (key := request.GET.get("s", "")) and (search := find_help_search(key)):
        choose_result(search, found, at=now())
    response = _show(request, workspace, found)
    return response if found.audience == Audience.EVERYONE and not key else _unlisted(response)


@require_safe
@in_help_centre
def file(request: HttpRequest, workspace: Workspace, key: UUID) -> HttpResponseBase:  # noqa: ARG001
    """A picture or video of an article anybody may read."""
    found = get_public_file(key)
    path = Path(settings.MEDIA_ROOT) / found.path
    return serve_file(request, path, content_type=found.content_type, etag=str(found.key), is_public=True)


@require_safe
@in_help_centre
def feed(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """New answers, as an Atom feed."""
    return _machine(request, "feed", workspace, "application/atom+xml")


@require_safe
@in_help_centre
def site_map(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    """Every page search engines may read, in every language."""
    return _machine(request, "sitemap", workspace, "application/xml")


def _answer(request: HttpRequest, workspace: Workspace, found: Article) -> HttpResponse:
    language = helping.read_language_of(request)
    try:
        response_id = open_form(request.POST.get("form", ""), _token(found))
        response = record_reader_answer(
            found, dict(request.POST.lists()), response_id=response_id, language=language, at=now()
        )
    except BadLink:
        return _show(request, workspace, found, is_stale=True, status=UNPROCESSABLE)
    except AnswersIncomplete as incomplete:
        return _show(
            request, workspace, found, form=request.POST["form"], problems=incomplete.problems, status=UNPROCESSABLE
        )
    return HttpResponseRedirect(f"{reverse('portal:thanks', args=[sign_response(response)])}?lang={language}")


def _show(
    request: HttpRequest, workspace: Workspace, found: Article, *, form: str = "", status: int = 200, **refused: Any
) -> HttpResponse:
    page = helping.article_page(
        request, workspace, found, ensure_help_questions(at=now()), form=form or new_form(_token(found)), **refused
    )
    response = show(request, "help/article", page, status=status)
    # Every opened page has a key of its own, by which an answer sent twice is recognised.
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _token(article: Article) -> str:
    return f"help{article.pk}"


def _machine(request: HttpRequest, template: str, workspace: Workspace, content_type: str) -> HttpResponse:
    context = {"page": helping.machine_page(workspace)}
    return _public(
        render(request, f"portal/help/{template}.xml", context, content_type=f"{content_type}; charset=utf-8")
    )


def _public(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "public, max-age=60"
    response.headers["Vary"] = "Accept-Language"
    return response


def _unlisted(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store, private"
    return response
