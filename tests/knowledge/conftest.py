"""Stories about knowledge happen inside Acme."""

from collections.abc import Iterator

import pytest

from tests.cast import Cast
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
    """Vera looks on."""
    return add_member(
        cast.acme, User.objects.create_user("vera@acme.example", None, first_name="Vera"), role=Role.VIEWER
    )
