"""The message a rule sends to our own people."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from untilyes.automation.acts import ASSIGNEE, LEADERS, Act
from untilyes.automation.models import Rule
from untilyes.cases.models import Case
from untilyes.plumbing.mail import send_mail_soon
from untilyes.workspaces.models import Member
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import current_workspace


def tell_members(case: Case, act: Act, *, rule: Rule) -> Sequence[Member]:
    """Write to everybody the act names; return them. Where nobody has the case, the leaders are told instead."""
    people = _find_people(case, act)
    for member in people:
        context = {
            "member": member,
            "case": case,
            "rule": rule,
            "text": act.text.strip(),
            "address": settings.BASE_URL + reverse("cases:case", args=[current_workspace().slug, case.number]),
        }
        subject = f"{current_workspace().name}: case #{case.number}, {rule.name}"
        send_mail_soon("automation/mail/told", to=member.user.email, subject=subject, context=context)
    return people


def _find_people(case: Case, act: Act) -> Sequence[Member]:
    here = current_workspace().members.select_related("user").order_by("pk")
    if act.to == ASSIGNEE and case.assignee_id is not None:
        return list(here.filter(pk=case.assignee_id))
    if act.to in {ASSIGNEE, LEADERS}:
        return list(here.filter(role__in=[Role.OWNER, Role.MANAGER]))
    return list(here.filter(pk=act.key))
