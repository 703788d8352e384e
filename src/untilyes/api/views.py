"""Cases read and written to, answers handed in."""

from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from untilyes.api.bodies import (
    CaseInFull,
    CaseList,
    CasesAsked,
    MessageTaken,
    NewMessage,
    NewResponse,
    ResponseTaken,
    Side,
)
from untilyes.api.doors import Call, serves
from untilyes.api.openapi import write_openapi
from untilyes.api.problems import write_problem
from untilyes.api.telling import tell_case, tell_line
from untilyes.cases.access import get_case, get_case_to_hear
from untilyes.cases.actions import add_customer_message, write_to_customer
from untilyes.cases.models import CaseMessage
from untilyes.cases.queries import find_case_for_response, list_cases
from untilyes.cases.rules import State
from untilyes.customers.actions import welcome_customer
from untilyes.customers.models import Customer
from untilyes.surveys.actions import hand_in_confirmation

PER_PAGE = 100


@serves("read_cases")
def read_cases(call: Call) -> CaseList:
    """One page of the cases asked for."""
    asked = call.read_query(CasesAsked)
    start = (asked.page - 1) * PER_PAGE
    found = list_cases(call.member, state=asked.state, since=asked.since, start=start, limit=PER_PAGE + 1)
    following = asked.model_copy(update={"page": asked.page + 1}).model_dump(mode="json", exclude_none=True)
    address = f"{settings.BASE_URL}{call.request.path}?{urlencode(following)}"
    lines = [tell_line(case) for case in found[:PER_PAGE]]
    return CaseList(cases=lines, page=asked.page, next=address if len(found) > PER_PAGE else None)


@serves("read_case")
def read_case(call: Call, number: int) -> CaseInFull:
    """One case and what was said in it."""
    return tell_case(get_case(number, seen_by=call.member), at=call.at)


@serves("take_in_message")
def take_in_message(call: Call, number: int) -> HttpResponse:
    """Write to the customer, or hand in what they wrote."""
    sent = call.read_body(NewMessage)
    say = _say_as_us if sent.side is Side.US else _say_as_customer
    return call.take_in(sent, sent.external_id, kind=f"case:{number}", do=lambda: _told(say(call, number, sent.text)))


@serves("take_in_response")
def take_in_response(call: Call) -> HttpResponse:
    """Hand in a customer's answers to the two questions."""
    sent = call.read_body(NewResponse)
    return call.take_in(sent, sent.external_id, kind="response", do=lambda: _record(call, sent))


@csrf_exempt
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The OpenAPI document; it tells of no workspace, so anybody may read it."""
    return JsonResponse(write_openapi(server=f"{settings.BASE_URL}/api/v1"))


@csrf_exempt
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001
    """Whatever else is asked for."""
    return write_problem(HTTPStatus.NOT_FOUND, "There is nothing at this address; /api/v1/openapi.json lists what is.")


def _say_as_us(call: Call, number: int, text: str) -> CaseMessage:
    return write_to_customer(get_case(number, seen_by=call.member), text, by=call.member, at=call.at)


def _say_as_customer(call: Call, number: int, text: str) -> CaseMessage:
    return add_customer_message(get_case_to_hear(number, seen_by=call.member), text, at=call.at, via="api")


def _told(message: CaseMessage) -> MessageTaken:
    case = message.case
    return MessageTaken(id=message.pk, case=case.number, state=State(case.state), at=message.at)


def _record(call: Call, sent: NewResponse) -> ResponseTaken:
    response = hand_in_confirmation(
        sent.touchpoint,
        got_it=sent.got_it,
        good_job=sent.good_job,
        comment=sent.comment,
        customer=_welcome(sent),
        at=call.at,
        interaction_id=sent.interaction_id,
        channel=sent.channel,
        language=sent.language,
    )
    case = find_case_for_response(response.pk)
    return ResponseTaken(id=UUID(str(response.pk)), case=case.number if case else None)


def _welcome(sent: NewResponse) -> Customer | None:
    known = sent.customer
    if known is None or not (known.email or known.external_id):
        return None
    external = (known.source, known.external_id) if known.external_id else None
    customer = welcome_customer(email=known.email, external=external, name=known.name, language=sent.language)
    return customer.merged_into or customer
