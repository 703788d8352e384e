"""Members at the staff door, each in a browser of their own."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.cast import PASSWORD, Cast
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import Member, User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    """The cast, inside Acme's house."""
    with inside(cast.acme):
        yield cast


@pytest.fixture
def vera(cast: Cast) -> Member:
    """Vera looks on: she sees the figures of Acme and no customers."""
    return add_member(
        cast.acme, User.objects.create_user("vera@acme.example", PASSWORD, first_name="Vera"), role=Role.VIEWER
    )


@pytest.fixture
def ada(cast: Cast) -> Client:
    return sign_in("ada@acme.example")


@pytest.fixture
def ben(cast: Cast) -> Client:
    return sign_in("ben@acme.example")


@pytest.fixture
def dan(cast: Cast) -> Client:
    return sign_in("dan@globex.example")


def sign_in(email: str) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(User.objects.get(email=email), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
