"""The queue asks the database no more often when there is more to show."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.stories import AT, HOUR, NO, ask, say
from tests.cast import Cast
from untilyes.cases.actions import take_case
from untilyes.cases.queries import find_case_for_response
from untilyes.customers.actions import welcome_customer

QUEUE, NEXT, OK, FOUND = "/w/acme/cases/", "/w/acme/cases/next/", 200, 302


def test_a_longer_queue_is_asked_for_as_often_as_a_short_one(acme: Cast, ben: Client) -> None:
    open_cases(acme, range(2))
    before = [count_asked(ben, path) for path in (QUEUE, NEXT)]
    open_cases(acme, range(2, 14))
    assert [count_asked(ben, path) for path in (QUEUE, NEXT)] == before


def count_asked(client: Client, path: str) -> int:
    """How often the database is asked for one page, once what is cached is cached."""
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code in {OK, FOUND}
    return len(asked)


def open_cases(acme: Cast, numbers: range) -> None:
    """So many customers say no, each in a case of its own that Ben has."""
    for number in numbers:
        customer = welcome_customer(email=f"c{number}@customer.example", name=f"C {number}")
        said = say(ask(acme, customer=customer, interaction_id=f"order-{number}"), NO, at=AT + number * HOUR)
        case = find_case_for_response(said.pk)
        assert case is not None
        take_case(case, by=acme.ben, at=AT + number * HOUR)
