"""Tasks: what customers want to get done, what completes it, and the task of one case."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from untilyes.cases.access import get_case
from untilyes.cases.actions import set_task
from untilyes.plumbing.clock import now
from untilyes.tasks import actions
from untilyes.tasks.access import get_step, get_task
from untilyes.tasks.queries import find_by_name, has_task
from untilyes.tasks.rules import AlmostTheSame, BadTask
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.web.tasks.page import build_page, build_task
from untilyes.web.tasks.panel import TaskPanel, build_panel
from untilyes.web.tasks.rows import build_rows

AT, UNPROCESSABLE = "tasks:page", 422


@require_GET
@members_only
def page(request: MemberRequest) -> HttpResponse:
    """Every task with its figures."""
    return show(request, "web/tasks/tasks.html", {"page": build_page(request.member)}, at=AT)


@require_GET
@members_only
def task(request: MemberRequest, task_id: int) -> HttpResponse:
    """One task: what went before a yes, what else its customers needed, its playbook."""
    found = get_task(task_id, seen_by=request.member)
    return show(request, "web/tasks/task.html", {"page": build_task(found, seen_by=request.member)}, at=AT)


@require_GET
@members_only
def rows(request: MemberRequest, task_id: int) -> HttpResponse:
    """The interactions behind one number; they name customers, so only for those who may see them."""
    found = get_task(task_id, seen_by=request.member)
    page = build_rows(found, request.GET.dict(), seen_by=request.member)
    return show(request, "web/tasks/rows.html", {"page": page}, at=AT)


@require_POST
@members_only
def choose(request: MemberRequest, number: int) -> HttpResponse:
    """Say what the customer of a case wants to get done."""
    case, member = get_case(number, seen_by=request.member), request.member
    typed, is_another = request.POST.get("task", ""), request.POST.get("another") == "yes"
    try:
        set_task(case, typed, by=member, at=now(), is_another=is_another)
    except AlmostTheSame as asked:
        panel = build_panel(case, member=member, problem=str(asked), typed=typed, nearest=asked.nearest)
        return _show_panel(request, panel, UNPROCESSABLE)
    except BadTask as problem:
        return _show_panel(request, build_panel(case, member=member, problem=str(problem), typed=typed), UNPROCESSABLE)
    return _show_panel(request, build_panel(case, member=member))


@require_POST
@members_only
def rename(request: MemberRequest, task_id: int) -> HttpResponse:
    """Call it otherwise; called like another, the two are one."""
    found = get_task(task_id, seen_by=request.member)

    def change() -> str:
        kept = actions.rename_task(found, request.POST.get("name", ""), by=request.member, at=now())
        return f"It is called “{kept}” now; what was told under other names is counted with it."

    return _change(request, task_id, change)


@require_POST
@members_only
def place(request: MemberRequest, task_id: int) -> HttpResponse:
    """Make it part of a broader task."""
    found = get_task(task_id, seen_by=request.member)

    def change() -> str:
        name = request.POST.get("under", "").strip()
        under = find_by_name(name)
        if name and under is None:
            raise BadTask(f"There is no task “{name}”.")
        actions.place_task(found, under=under, by=request.member, at=now())
        return f"It is part of “{under}” now." if under else "It stands by itself now."

    return _change(request, task_id, change)


@require_POST
@members_only
def translate(request: MemberRequest, task_id: int) -> HttpResponse:
    """Say what customers of a language call it."""
    found = get_task(task_id, seen_by=request.member)

    def change() -> str:
        language = request.POST.get("language", "")[:10]
        actions.translate_task(found, request.POST.get("name", ""), language=language, by=request.member, at=now())
        return "Kept."

    return _change(request, task_id, change)


@require_POST
@members_only
def retire(request: MemberRequest, task_id: int) -> HttpResponse:
    """Offer it no more."""
    found = get_task(task_id, seen_by=request.member)

    def change() -> str:
        actions.retire_task(found, by=request.member, at=now())
        return f"“{found}” is not offered any more. Naming it again brings it back."

    return _change(request, task_id, change)


@require_POST
@members_only
def write_step(request: MemberRequest, task_id: int) -> HttpResponse:
    """Add a step to the playbook."""
    found, sent = get_task(task_id, seen_by=request.member), request.POST

    def change() -> str:
        public = sent.get("public") == "yes"
        actions.write_step(
            found, sent.get("name", ""), sent.get("text", ""), is_public=public, by=request.member, at=now()
        )
        return "In the playbook. It is measured from the first time it is sent."

    return _change(request, task_id, change)


@require_POST
@members_only
def retire_step(request: MemberRequest, task_id: int, step_id: int) -> HttpResponse:
    """Take a step out of the playbook."""
    step = get_step(step_id, task=get_task(task_id, seen_by=request.member))

    def change() -> str:
        actions.retire_step(step, by=request.member, at=now())
        return "Not offered any more; what it did stays counted."

    return _change(request, task_id, change)


def _change(request: MemberRequest, task_id: int, change: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, change())
    except BadTask as problem:
        messages.error(request, str(problem))
    slug = request.member.workspace.slug
    return redirect("tasks:task", slug, task_id) if has_task(task_id) else redirect(AT, slug)


def _show_panel(request: MemberRequest, panel: TaskPanel, status: int = 200) -> HttpResponse:
    """The panel alone for htmx; without a script, the case with it."""
    if not request.htmx and not panel.problem:
        return redirect("cases:case", request.member.workspace.slug, panel.case.number)
    return show(request, "web/tasks/panel.html", {"panel": panel}, status=status)
