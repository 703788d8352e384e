"""A case in the words of the door."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from untilyes.api.bodies import CaseInFull, CaseLine, CustomerNamed, FileNamed, MessageSaid, Side
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.queries import files_of, list_messages, read_conversation
from untilyes.cases.rules import Priority, State
from untilyes.customers.models import Customer
from untilyes.workspaces.tenancy import current_workspace


def tell_line(case: Case) -> CaseLine:
    """A case without what was said in it."""
    return CaseLine(
        number=case.number,
        state=State(case.state),
        ended_how=case.ended_how,
        opened_at=case.opened_at,
        proposed_at=case.proposed_at,
        yes_at=case.yes_at,
        ended_at=case.ended_at,
        reopens=case.reopens,
        repeats=case.duplicate_of.number if case.duplicate_of else None,
        customer=_tell_customer(case.person),
        language=case.language,
        touchpoint=case.touchpoint,
        channel=case.channel,
        team=case.team,
        interaction_id=case.interaction_id,
        assignee=str(case.assignee) if case.assignee else "",
        priority=Priority(case.priority).name.lower(),
        root_cause=case.root_cause,
        address=f"{settings.BASE_URL}{reverse('cases:case', args=[current_workspace().slug, case.number])}",
    )


def tell_case(case: Case, *, at: datetime) -> CaseInFull:
    """A case with what both sides said, and what is promised at that moment."""
    promised_by = read_conversation(case, at=at).yes_due_at
    messages = [_tell_message(one) for one in list_messages(case)]
    return CaseInFull(**dict(tell_line(case)), promised_by=promised_by, messages=messages)


def _tell_customer(person: Customer | None) -> CustomerNamed | None:
    return CustomerNamed(id=person.pk, name=person.name) if person else None


def _tell_message(message: CaseMessage) -> MessageSaid:
    return MessageSaid(
        id=message.pk,
        side=Side(message.direction),
        author=message.author_name,
        text=message.text,
        at=message.at,
        via=message.via,
        files=[FileNamed(name=one.name, size=one.size) for one in files_of(message)],
    )
