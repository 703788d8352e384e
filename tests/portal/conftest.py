"""Customers come in from outside: nobody is signed in, and a browser without cookies will do."""

import pytest
from django.test import Client


@pytest.fixture
def browser() -> Client:
    """A browser that insists on CSRF tokens, were any needed."""
    return Client(enforce_csrf_checks=True)
