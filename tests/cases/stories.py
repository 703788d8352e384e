"""How stories in the cases room begin: Cleo is asked, answers, and somebody works on it."""

from datetime import UTC, datetime, timedelta

from tests.cast import Cast
from untilyes.cases.actions import propose_solution, set_root_cause
from untilyes.cases.models import Case
from untilyes.cases.queries import find_case_for_response
from untilyes.customers.models import Customer
from untilyes.surveys.actions import ensure_confirmation, invite, record_response
from untilyes.surveys.models import Invitation, Response

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)  # a Monday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YES = {"got_it": "yes", "good_job": "yes"}
CAUSE = "Warehouse › Wrong shelf"
NO = {"got_it": "no", "good_job": "yes", "missing": "The left shoe."}


def ask(
    cast: Cast, *, customer: Customer | None = None, interaction_id: str = "order-1", at: datetime = AT
) -> Invitation:
    """Ask the two questions about one interaction."""
    asked = ensure_confirmation(cast.acme, at=AT)
    return invite(
        asked,
        customer or cast.cleo,
        at=at,
        interaction_id=interaction_id,
        touchpoint="delivery",
        channel="web",
        team="Shoes",
    )


def say(invitation: Invitation, answers: dict[str, str], *, at: datetime) -> Response:
    """Answer what was asked."""
    return record_response(Invitation.objects.get(pk=invitation.pk), answers, at=at)


def open_by_no(cast: Cast, *, interaction_id: str = "order-1", at: datetime = AT) -> Case:
    """Cleo says no about an interaction; the case that follows."""
    response = say(ask(cast, interaction_id=interaction_id, at=at), NO, at=at)
    case = find_case_for_response(response.pk)
    assert case is not None
    return case


def propose(cast: Cast, case: Case, text: str = "The left shoe is on its way.", *, at: datetime) -> Invitation:
    """Ben names the cause and says it is solved; the question Cleo then has."""
    if not fresh(case).root_cause:
        set_root_cause(case, CAUSE, by=cast.ben, at=at)
    propose_solution(case, text, by=cast.ben, at=at)
    return Invitation.objects.filter(about=case.ref).latest("sent_at", "pk")


def fresh(case: Case) -> Case:
    """The case as the database has it now."""
    return Case.objects.get(pk=case.pk)
