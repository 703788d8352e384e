"""The only way from an outside id to a rule or to what it did."""

from untilyes.automation.models import Rule, RuleRun
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound


def get_rule(rule_id: int, *, seen_by: Member) -> Rule:
    """The rule, for a member of its workspace. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    found = Rule.objects.filter(pk=rule_id, workspace=seen_by.workspace, retired_at=None).first()
    if found is None:
        raise NotFound("No such rule.")
    return found


def get_run(run_id: int, *, seen_by: Member) -> RuleRun:
    """One time a rule had something to do. Raises NotFound, NotAllowed."""
    require(seen_by, "see_customers")
    runs = RuleRun.objects.select_related("rule", "case").filter(workspace=seen_by.workspace)
    found = runs.filter(pk=run_id).first()
    if found is None:
        raise NotFound("No such run.")
    return found
