"""One measure, as asked in the address: the page, the rows behind it, and the files to take away."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from untilyes.charts.drawing import draw_png_file, draw_svg_file
from untilyes.feedback.queries import find_first_measure, read_present
from untilyes.web.components.chart import WIDE
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.measures.asking import BadQuestion, Question, read_question
from untilyes.web.measures.files import write_csv
from untilyes.web.measures.page import build_page, build_picker, compare, read_measure, title_chart
from untilyes.web.measures.picture import picture
from untilyes.web.measures.rows import read_rows
from untilyes.workspaces.access import require

QuestionView = Callable[[MemberRequest, Question], HttpResponse]
BAD, NOTHING_TO_DRAW = 400, 404


def asks(view: QuestionView) -> Callable[[MemberRequest], HttpResponse]:
    """Hand the question in the address to the view; what nobody can answer becomes a sentence, not an error."""

    @wraps(view)
    def read(request: MemberRequest) -> HttpResponse:
        present = read_present(timezone.localtime())
        today, ended_on = present.at.date(), present.ended_on
        bare = "measure" not in request.GET
        begin = {"first": find_first_measure()} if bare else {}
        try:
            question = read_question(request.GET, today=today, ended_on=ended_on, **begin)
        except BadQuestion as problem:
            first = read_question(request.GET.__class__(""), today=today)
            context = {"told": str(problem), "picker": build_picker(first, request.member.workspace.slug)}
            status = 200 if request.htmx else BAD
            return show(request, _template(request), context, at="measures:page", status=status)
        return view(request, question)

    return read


@require_GET
@members_only
@asks
def page(request: MemberRequest, question: Question) -> HttpResponse:
    """The measure with its chart, its table and how it was computed."""
    slug = request.member.workspace.slug
    built = build_page(question, slug=slug, at=timezone.localtime())
    context = {"page": built, "picker": built.picker, "may_see_rows": request.member.may("see_customers")}
    response = show(request, _template(request), context, at="measures:page")
    if request.htmx:
        response["HX-Push-Url"] = question.address(slug)
    return response


@require_GET
@members_only
@asks
def rows(request: MemberRequest, question: Question) -> HttpResponse:
    """The facts behind a number; they name customers, so only for those who may see them."""
    require(request.member, "see_customers")
    slug, wanted = request.member.workspace.slug, request.GET.get("page", "1")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 1
    found = read_rows(question, number=number, slug=slug, at=timezone.now())
    context = {"page": found, "back": question.address(slug)}
    return show(request, "web/measures/rows.html", context, at="measures:page")


@require_GET
@members_only
@asks
def csv(request: MemberRequest, question: Question) -> HttpResponse:  # noqa: ARG001
    """Every cell as CSV."""
    response = HttpResponse(
        write_csv(read_measure(question, at=timezone.localtime())), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{_name(question)}.csv"'
    return response


@require_GET
@members_only
@asks
def svg(request: MemberRequest, question: Question) -> HttpResponse:  # noqa: ARG001
    """The chart as a drawing."""
    spec = _specify(question)
    if spec is None:
        return _nothing_to_draw()
    return _attach(HttpResponse(draw_svg_file(spec), content_type="image/svg+xml"), f"{_name(question)}.svg")


@require_GET
@members_only
@asks
def png(request: MemberRequest, question: Question) -> HttpResponse:  # noqa: ARG001
    """The chart as a picture."""
    spec = _specify(question)
    if spec is None:
        return _nothing_to_draw()
    return _attach(HttpResponse(draw_png_file(spec), content_type="image/png"), f"{_name(question)}.png")


def _specify(question: Question) -> dict[str, object] | None:
    """The chart with its sentence above and its small print below, for those who see nothing else."""
    at = timezone.localtime()
    reading = read_measure(question, at=at)
    title = title_chart(question, reading, compare(question, at=at))
    chart = picture(question, reading, title=title, today=at.date())
    if chart is None:
        return None
    heading = {"text": chart.title, "subtitle": f"{question.period().capitalize()}. {chart.note}", "anchor": "start"}
    return {**chart.specify(WIDE), "title": heading}


def _nothing_to_draw() -> HttpResponse:
    told = "There is nothing to draw: choose a time or a dimension, or a question that has answers.\n"
    return HttpResponse(told, status=NOTHING_TO_DRAW, content_type="text/plain; charset=utf-8")


def _attach(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _name(question: Question) -> str:
    return "-".join((question.measure.name, *question.by))


def _template(request: MemberRequest) -> str:
    return "web/measures/answer.html" if request.htmx else "web/measures/measures.html"
