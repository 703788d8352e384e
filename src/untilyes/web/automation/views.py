"""Rules: listed, written, tried on history, switched on and off; and what they did."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from untilyes.automation.access import get_rule, get_run
from untilyes.automation.actions import (
    change_rule,
    make_rule,
    move_rule,
    offer_rule,
    repeat_run,
    retire_rule,
    switch_rule,
)
from untilyes.automation.definition import BadRule, read_rule
from untilyes.automation.models import Rule
from untilyes.automation.queries import try_rule
from untilyes.plumbing.clock import now
from untilyes.web.automation.forms import BLANK, RuleForm
from untilyes.web.automation.page import build_rule, build_rules, build_runs
from untilyes.web.doors import MemberRequest, members_only, show
from untilyes.workspaces.access import require

UNPROCESSABLE = 422
HERE = "automation:rules"


@require_GET
@members_only
def rules(request: MemberRequest) -> HttpResponse:
    """Every rule in the order they are followed, and those one could take up."""
    require(request.member, "see_customers")
    page = build_rules(request.member, at=now())
    return show(request, "web/automation/rules.html", {"page": page}, at=HERE)


@require_http_methods(["GET", "POST"])
@members_only
def make(request: MemberRequest) -> HttpResponse:
    """Write a new rule."""
    require(request.member, "edit_rules")
    return _write(request, None)


@require_http_methods(["GET", "POST"])
@members_only
def rule(request: MemberRequest, rule_id: int) -> HttpResponse:
    """One rule: read it, try it, change it."""
    found = get_rule(rule_id, seen_by=request.member)
    if request.method == "POST" and request.POST.get("do") != "try":
        require(request.member, "edit_rules")
    return _write(request, found)


@require_POST
@members_only
def take_up(request: MemberRequest, key: str) -> HttpResponse:
    """Take up a rule that is offered; it stays off until somebody has tried it."""
    made = offer_rule(key, by=request.member, at=now())
    messages.success(request, f"“{made}” is written down and off. Try it on what has happened, then switch it on.")
    return redirect("automation:rule", request.member.workspace.slug, made.pk)


@require_POST
@members_only
def switch(request: MemberRequest, rule_id: int) -> HttpResponse:
    """Follow a rule from now on, or no longer."""
    found = get_rule(rule_id, seen_by=request.member)
    is_on = request.POST.get("is_on") == "yes"
    switch_rule(found, is_on=is_on, by=request.member, at=now())
    messages.success(request, f"“{found}” is followed from now on." if is_on else f"“{found}” is off.")
    return _back(request)


@require_POST
@members_only
def move(request: MemberRequest, rule_id: int) -> HttpResponse:
    """Follow a rule earlier, or later."""
    move_rule(get_rule(rule_id, seen_by=request.member), up=request.POST.get("to") == "up", by=request.member, at=now())
    return _back(request)


@require_POST
@members_only
def retire(request: MemberRequest, rule_id: int) -> HttpResponse:
    """Follow a rule no more."""
    found = get_rule(rule_id, seen_by=request.member)
    retire_rule(found, by=request.member, at=now())
    messages.success(request, f"“{found}” is followed no more. What it did stays written down.")
    return _back(request)


@require_GET
@members_only
def runs(request: MemberRequest) -> HttpResponse:
    """What the rules did, or one of them."""
    require(request.member, "see_customers")
    asked = request.GET.get("rule", "")
    found = get_rule(int(asked), seen_by=request.member) if asked.isdecimal() else None
    return show(request, "web/automation/runs.html", {"page": build_runs(request.member, rule=found)}, at=HERE)


@require_POST
@members_only
def repeat(request: MemberRequest, run_id: int) -> HttpResponse:
    """Do again what a rule could not do."""
    run = repeat_run(get_run(run_id, seen_by=request.member), by=request.member, at=now())
    told = f"Done: {', '.join(run.told)}." if not run.problem else f"It did not work again: {run.problem}"
    messages.info(request, told)
    return redirect("automation:runs", request.member.workspace.slug)


def _write(request: MemberRequest, found: Rule | None) -> HttpResponse:
    """Show the form, try what is in it, or keep it."""
    if request.method != "POST":
        return _show(request, found, RuleForm.of(found.name, found.told) if found else BLANK)
    form, do = RuleForm.sent(request.POST), request.POST.get("do", "keep")
    if do == "more":
        return _show(request, found, form)
    try:
        if do == "try":
            return _show(request, found, form, trial=try_rule(read_rule(form.told), at=now()))
        kept = _keep(request, found, form)
    except BadRule as problem:
        return _show(request, found, form, problem=str(problem))
    messages.success(request, f"“{kept}” is kept{'' if kept.is_on else ', and off'}.")
    return redirect("automation:rule", request.member.workspace.slug, kept.pk)


def _keep(request: MemberRequest, found: Rule | None, form: RuleForm) -> Rule:
    if found is None:
        return make_rule(form.name, form.told, by=request.member, at=now())
    return change_rule(found, form.name, form.told, by=request.member, at=now())


def _show(request: MemberRequest, found: Rule | None, form: RuleForm, **more: object) -> HttpResponse:
    page = build_rule(request.member, form, rule=found, **more)  # type: ignore[arg-type]
    status = UNPROCESSABLE if page.problem else 200
    return show(request, "web/automation/rule.html", {"page": page}, at=HERE, status=status)


def _back(request: MemberRequest) -> HttpResponse:
    return redirect("automation:rules", request.member.workspace.slug)
