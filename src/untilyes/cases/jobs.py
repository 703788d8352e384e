"""Errands of the cases room."""

from datetime import datetime

from untilyes.cases.actions.valuing import value_customers
from untilyes.cases.models import Case
from untilyes.cases.queries.finding import OVER
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Workspace
from untilyes.workspaces.tenancy import inside


def know_customer_values(at: datetime | None = None) -> int:
    """Read what customers with open cases are worth to us, in every workspace that has any; how many were read."""
    moment, read = at or now(), 0
    busy = Case.everywhere.exclude(state__in=OVER).exclude(customer=None).values("workspace").distinct()
    for workspace in Workspace.objects.filter(pk__in=busy):
        with inside(workspace):
            read += value_customers(at=moment)
    return read
