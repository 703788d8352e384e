"""Signing in: who gets a password wrong too often waits, and nobody else does."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.cast import PASSWORD, Cast

PAGE = "/accounts/login/"
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
TOO_MANY = "Too many failed login attempts"
STRICT, LOOSE = 5, 100


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Attempts are remembered by the process, not by the database that is rolled back."""
    cache.clear()
    yield
    cache.clear()


def attempt(email: str, password: str = PASSWORD, *, address: str = OFFICE, forwarded: str = "") -> str:
    """Try to sign in; return "in", or what the page says."""
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    sent = {"login": email, "password": password}
    answer = Client().post(PAGE, sent, REMOTE_ADDR=address, headers=headers)
    return "in" if answer.status_code == 302 else answer.content.decode()


def fail(email: str, times: int, *, address: str = OFFICE, forwarded: str = "") -> None:
    """Get it wrong so many times."""
    for _ in range(times):
        told = attempt(email, "wrong", address=address, forwarded=forwarded)
        assert TOO_MANY not in told


def test_a_whole_office_behind_one_address_signs_in(cast: Cast) -> None:
    for _ in range(40):
        assert attempt("ada@acme.example") == "in"
        assert attempt("ben@acme.example") == "in"


def test_who_fails_five_times_waits_and_others_there_and_they_elsewhere_do_not(cast: Cast) -> None:
    fail("ada@acme.example", STRICT)
    assert TOO_MANY in attempt("ada@acme.example")
    assert TOO_MANY in attempt("Ada@ACME.example")  # however it is written
    assert attempt("ben@acme.example") == "in"
    assert attempt("ada@acme.example", address=ELSEWHERE) == "in"


def test_signing_in_between_buys_no_further_attempts(cast: Cast) -> None:
    fail("ada@acme.example", STRICT - 1)
    assert attempt("ada@acme.example") == "in"
    fail("ada@acme.example", 1)
    assert TOO_MANY in attempt("ada@acme.example", "wrong")


def test_one_address_guesses_at_a_hundred_accounts_and_no_more(cast: Cast) -> None:
    for number in range(LOOSE):
        fail(f"somebody{number}@acme.example", 1)
    assert TOO_MANY in attempt("ben@acme.example")
    assert attempt("ben@acme.example", address=ELSEWHERE) == "in"


def test_who_goes_on_trying_one_account_uses_up_nobody_elses_attempts(cast: Cast) -> None:
    fail("ada@acme.example", STRICT)
    for _ in range(LOOSE + 1):
        attempt("ada@acme.example", "wrong")
    assert attempt("ben@acme.example") == "in"


def test_an_address_that_is_only_claimed_counts_for_nothing(cast: Cast) -> None:
    for number in range(STRICT):
        fail("ada@acme.example", 1, forwarded=f"192.0.2.{number}")
    assert TOO_MANY in attempt("ada@acme.example", forwarded="192.0.2.99")


def test_behind_our_proxy_the_address_it_saw_counts_and_not_what_the_sender_claims(
    cast: Cast, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    proxy = "127.0.0.1"
    for number in range(STRICT):
        fail("ada@acme.example", 1, address=proxy, forwarded=f"192.0.2.{number}, {OFFICE}")
    assert TOO_MANY in attempt("ada@acme.example", address=proxy, forwarded=f"192.0.2.99, {OFFICE}")
    assert attempt("ada@acme.example", address=proxy, forwarded=ELSEWHERE) == "in"
