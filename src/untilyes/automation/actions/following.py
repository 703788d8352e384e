"""Following a rule: once for an event, wholly or not at all, and always written down."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import transaction

from untilyes.automation.actions.doing import do_act
from untilyes.automation.definition import list_whens
from untilyes.automation.judging import fits
from untilyes.automation.models import Rule, RuleRun
from untilyes.automation.queries.facts import Histories
from untilyes.cases.events import CaseStepped
from untilyes.cases.history import lock_case
from untilyes.cases.models import Case, CaseEntry
from untilyes.plumbing.jobs import enqueue
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

logger = logging.getLogger(__name__)
MOST_A_DAY = 10
LONGEST_PROBLEM = 500
_following: ContextVar[bool] = ContextVar("following_a_rule", default=False)


def notice_step(fact: CaseStepped) -> None:
    """Have the worker follow the rules about this step, in the transaction of the step: neither is lost alone.

    What a rule does is noticed by no rule. That is the whole guard against rules that set each other off: it is easy
    to say, and it holds.
    """
    if _following.get():
        return
    entry = CaseEntry.objects.filter(pk=fact.entry_id).values_list("detail", flat=True).get()
    whens = list_whens(fact.step, entry)
    if whens and Rule.objects.filter(is_on=True, when__in=whens).exists():
        enqueue("untilyes.automation.jobs.follow_rules", current_workspace().pk, fact.entry_id)


def follow_rule(rule: Rule, case: Case, *, event: str, at: datetime) -> RuleRun | None:
    """Do what the rule says about this event, if it fits; return the run, or None when it does not fit.

    A rule answers an event once: asked again it does nothing and returns the first run. Everything it says is done, or
    nothing of it; what goes wrong is written in the run and stops no other rule. More than `MOST_A_DAY` times a day on
    one case is held back, because something other than a person is at work.
    """
    with transaction.atomic():
        lock_case(case)
        if standing := RuleRun.objects.filter(rule=rule, event=event).first():
            return standing
        run = RuleRun(rule=rule, case=case, event=event, at=at)
        if _is_too_often(rule, case, at):
            run.outcome = RuleRun.Outcome.HELD_BACK
            run.problem = f"It has acted {MOST_A_DAY} times on this case within a day."
        elif not _try(run):
            return None
        run.save()
        return run


@transaction.atomic
def repeat_run(run: RuleRun, *, by: Member, at: datetime) -> RuleRun:
    """Do again what a rule could not do. One that acted stays as it is. Raises NotAllowed."""
    require(by, "edit_rules")
    lock_case(run.case)
    run.refresh_from_db(from_queryset=RuleRun.objects.select_for_update(of=("self",)).select_related("rule", "case"))
    if run.outcome == RuleRun.Outcome.ACTED:
        return run
    run.at, run.problem = at, ""
    if not _try(run):
        run.problem = "The case does not fit the rule any more."
    run.save()
    return run


def _try(run: RuleRun) -> bool:
    """Do what the rule says, and write down what came of it; return False when the rule does not fit."""
    try:
        definition = run.rule.definition
        histories = Histories([run.case], conditions=definition.conditions, at=run.at)
        if not fits(definition.conditions, histories.facts(run.case)):
            return False
        with transaction.atomic(), _quietly():
            run.told = [do_act(run, act) for act in definition.acts]
        run.outcome = RuleRun.Outcome.ACTED
    except Exception as problem:
        logger.info("The rule %s failed on case %s.", run.rule_id, run.case_id, exc_info=True)
        run.case.refresh_from_db()
        run.outcome, run.told = RuleRun.Outcome.FAILED, []
        run.problem = (str(problem) or type(problem).__name__)[:LONGEST_PROBLEM]
    return True


def _is_too_often(rule: Rule, case: Case, at: datetime) -> bool:
    lately = RuleRun.objects.filter(rule=rule, case=case, at__gt=at - timedelta(days=1))
    return lately.filter(outcome=RuleRun.Outcome.ACTED).count() >= MOST_A_DAY


@contextmanager
def _quietly() -> Iterator[None]:
    token = _following.set(True)
    try:
        yield
    finally:
        _following.reset(token)
