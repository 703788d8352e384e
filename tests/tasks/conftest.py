"""Stories of tasks happen inside Acme."""

from collections.abc import Iterator

import pytest

from tests.cast import Cast
from untilyes.workspaces.tenancy import inside


@pytest.fixture
def acme(cast: Cast) -> Iterator[Cast]:
    """The cast, inside Acme's house."""
    with inside(cast.acme):
        yield cast
