"""Writing knowledge: the verbs a member has on an article."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from untilyes.cases.learning import want_lessons
from untilyes.knowledge import actions
from untilyes.knowledge.access import get_article, get_search
from untilyes.knowledge.models import Article
from untilyes.knowledge.pictures import LARGEST_UPLOAD
from untilyes.knowledge.queries import find_latest, get_version, get_wording, list_files
from untilyes.knowledge.rules import NotUsable, NotWritable
from untilyes.knowledge.videos import LARGEST_VIDEO
from untilyes.plumbing.clock import now
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.knowledge import forms
from untilyes.web.knowledge.page import build_article
from untilyes.workspaces.access import require

UNPROCESSABLE = 422
HERE = "knowledge:page"
# What a role must allow, asked before anything is looked up, so that a page never tells more than it may.
_BY_LEADERS = ("validate", "withdraw", "archive", "revive", "govern")
NEEDED = dict.fromkeys(_BY_LEADERS, "validate_knowledge") | {"flag": "work_cases"}


@require_http_methods(["GET", "POST"])
@members_only
def new(request: MemberRequest) -> HttpResponse:
    """Begin an article."""
    require(request.member, "write_knowledge")
    form, problem = forms.show_text(None), ""
    if request.method == "POST":
        try:
            begun = actions.begin_article(
                forms.read_text(request.POST), by=request.member, at=now(), language=_language(request)
            )
        except NotWritable as refused:
            form, problem = forms.keep_text(request.POST), str(refused)
        else:
            return _after_edit(request, begun, begun.language)
    told = {"form": form, "problem": problem, "article": None, "files": (), "language": _language(request)}
    return show(request, "web/knowledge/edit.html", told, at=HERE, status=UNPROCESSABLE if problem else 200)


@require_http_methods(["GET", "POST"])
@members_only
def edit(request: MemberRequest, number: int) -> HttpResponse:
    """Change what an article says, or say it in another language."""
    article = get_article(number, seen_by=request.member)
    require(request.member, "write_knowledge")
    language = _language(request) or article.language
    form, problem = forms.show_text(find_latest(article, language)), ""
    if request.method == "POST":
        try:
            actions.edit_article(article, forms.read_text(request.POST), by=request.member, at=now(), language=language)
        except (NotWritable, NotUsable) as refused:
            form, problem = forms.keep_text(request.POST), str(refused)
        else:
            return _after_edit(request, article, language)
    told = {
        "form": form,
        "problem": problem,
        "article": article,
        "wording": get_wording(article),
        "files": list_files(article),
        "language": language,
    }
    return show(request, "web/knowledge/edit.html", told, at=HERE, status=UNPROCESSABLE if problem else 200)


@require_POST
@members_only
def upload(request: MemberRequest, number: int) -> HttpResponse:
    """Add a picture or a short video."""

    def add(article: Article) -> str:
        content = forms.read_upload(request, most=max(LARGEST_UPLOAD, LARGEST_VIDEO))
        is_video = str(getattr(request.FILES["file"], "content_type", "")).startswith("video/")
        take_in = actions.add_video if is_video else actions.add_picture
        file = take_in(article, content, request.POST.get("name", ""), by=request.member, at=now())
        return f"It is kept. Write ![{file.name}]({file}) where it belongs, or choose it for a step."

    return _do(request, number, "upload", add)


@require_POST
@members_only
def restore(request: MemberRequest, number: int, version: int) -> HttpResponse:
    """Bring an earlier version back."""

    def bring_back(article: Article) -> str:
        earlier = get_version(article, _language(request) or article.language, version)
        restored = actions.restore_version(earlier, by=request.member, at=now())
        return f"Version {version} is back, as version {restored.number}."

    return _do(request, number, "restore", bring_back)


@require_POST
@members_only
def finish(request: MemberRequest, number: int) -> HttpResponse:
    """It is written; others may rely on it with care."""

    def say(article: Article) -> str:
        actions.finish_article(article, by=request.member, at=now())
        return "It can be used, and waits to be validated."

    return _do(request, number, "finish", say)


@require_POST
@members_only
def validate(request: MemberRequest, number: int) -> HttpResponse:
    """Vouch for it."""

    def vouch(article: Article) -> str:
        actions.validate_article(article, by=request.member, at=now())
        return "It is valid." + (" Customers read it now." if article.is_for_customers else "")

    return _do(request, number, "validate", vouch)


@require_POST
@members_only
def withdraw(request: MemberRequest, number: int) -> HttpResponse:
    """Take it from customers at once."""

    def take(article: Article) -> str:
        actions.withdraw_article(article, by=request.member, at=now())
        return "No customer reads it any more."

    return _do(request, number, "withdraw", take)


@require_POST
@members_only
def archive(request: MemberRequest, number: int) -> HttpResponse:
    """Offer it no more."""

    def put_away(article: Article) -> str:
        actions.archive_article(article, why=request.POST.get("why", ""), by=request.member, at=now())
        return "It is in the archive, and can be taken out again."

    return _do(request, number, "archive", put_away)


@require_POST
@members_only
def revive(request: MemberRequest, number: int) -> HttpResponse:
    """Take it out of the archive."""

    def take_out(article: Article) -> str:
        actions.revive_article(article, by=request.member, at=now())
        return "It is out of the archive and waits to be validated."

    return _do(request, number, "revive", take_out)


@require_POST
@members_only
def govern(request: MemberRequest, number: int) -> HttpResponse:
    """Who reads it, who validates it, where it belongs, when it is looked through."""

    def decide(article: Article) -> str:
        typed = request.POST
        actions.govern_article(
            article,
            audience=forms.read_audience(typed),
            governance=forms.read_governance(typed),
            touchpoint=typed.get("touchpoint", ""),
            review_on=forms.read_day(typed.get("review_on", "")),
            by=request.member,
            at=now(),
        )
        return "That is decided."

    return _do(request, number, "govern", decide)


@require_POST
@members_only
def flag(request: MemberRequest, number: int) -> HttpResponse:
    """Doubt it."""

    def doubt(article: Article) -> str:
        actions.flag_article(article, request.POST.get("why", ""), by=request.member, at=now())
        return "Whoever looks after articles sees your doubt."

    return _do(request, number, "flag", doubt)


@require_POST
@members_only
def settle(request: MemberRequest, number: int) -> HttpResponse:
    """Say what became of the doubts."""

    def answer(article: Article) -> str:
        actions.settle_flags(article, request.POST.get("how", ""), by=request.member, at=now())
        return "The doubts are settled."

    return _do(request, number, "settle", answer)


@require_POST
@members_only
def want(request: MemberRequest) -> HttpResponse:
    """Decide whether a lesson is named before each proposal."""
    wanted = request.POST.get("wanted") == "yes"
    want_lessons(wanted, by=request.member, at=now())
    messages.success(
        request,
        "Before a proposal, a case now names its lesson." if wanted else "Cases are proposed without naming a lesson.",
    )
    return HttpResponseRedirect(reverse(HERE, args=[request.member.workspace.slug]))


@require_POST
@members_only
def write_gap(request: MemberRequest, key: UUID) -> HttpResponse:
    """Begin the article that was missing, from the words of those who looked for it."""
    search = get_search(key, seen_by=request.member)
    spoken = search.language if search.language in request.member.workspace.languages else ""
    begun = actions.begin_article(
        actions.seed_text(search.words), by=request.member, at=now(), language=spoken, origin=f"search:{search.key}"
    )
    return HttpResponseRedirect(reverse("knowledge:edit", args=[request.member.workspace.slug, begun.number]))


@require_POST
@members_only
def dismiss(request: MemberRequest, key: UUID) -> HttpResponse:
    """Say that it is not ours to answer."""
    actions.dismiss_gap(get_search(key, seen_by=request.member), by=request.member, at=now())
    messages.success(request, "It is no gap of ours.")
    return HttpResponseRedirect(reverse("knowledge:gaps", args=[request.member.workspace.slug]))


def _do(request: MemberRequest, number: int, verb: str, deed: Callable[[Article], str]) -> HttpResponse:
    """Do it and come back to the article; when it is not possible, show why and keep what was typed."""
    require(request.member, NEEDED.get(verb, "write_knowledge"))
    article = get_article(number, seen_by=request.member)
    try:
        told = deed(article)
    except (NotUsable, NotWritable) as problem:
        typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
        again = get_article(number, seen_by=request.member)
        page = build_article(
            again, member=request.member, language=_language(request), problem=str(problem), verb=verb, typed=typed
        )
        return show(request, "web/knowledge/article.html", {"page": page}, at=HERE, status=UNPROCESSABLE)
    messages.success(request, told)
    return HttpResponseRedirect(_address(request, article, _language(request)))


def _after_edit(request: MemberRequest, article: Article, language: str) -> HttpResponse:
    if "more" in request.POST:
        address = reverse("knowledge:edit", args=[request.member.workspace.slug, article.number])
        return HttpResponseRedirect(f"{address}?language={language}#steps")
    messages.success(request, "It is kept.")
    return HttpResponseRedirect(_address(request, article, language))


def _address(request: MemberRequest, article: Article, language: str) -> str:
    address = reverse("knowledge:article", args=[request.member.workspace.slug, article.number])
    return f"{address}?language={language}" if language and language != article.language else address


def _language(request: MemberRequest) -> str:
    """The language asked for, when customers are served in it."""
    wanted = request.POST.get("language") or request.GET.get("language") or ""
    return wanted if wanted in request.member.workspace.languages else ""
