"""A program at the door, with a key in its hand."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.cases.stories import AT
from tests.cast import Cast
from untilyes.workspaces.keys import Scope
from untilyes.workspaces.machines import make_api_key
from untilyes.workspaces.models import ApiKey, Member
from untilyes.workspaces.tenancy import inside

API = "/api/v1"


@dataclass(frozen=True)
class Program:
    """Sends requests with one key."""

    key: ApiKey
    token: str

    def get(self, path: str) -> Any:
        return Client().get(f"{API}{path}", headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Any, **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): it for name, it in headers.items()}
        content = body if isinstance(body, str) else json.dumps(body)
        return Client().post(f"{API}{path}", content, content_type="application/json", headers=sent)


def give_key(member: Member, *scopes: Scope, name: str = "Web shop") -> Program:
    """A program with a key of this member's, for these scopes or all."""
    with inside(member.workspace):
        return Program(*make_api_key(name, scopes=scopes or tuple(Scope), by=member, at=AT))


@pytest.fixture
def shop(cast: Cast) -> Program:
    """Acme's web shop, which may do everything."""
    return give_key(cast.ada)


@pytest.fixture
def stranger(cast: Cast) -> Program:
    """A program of Globex, with a key of Dan's."""
    return give_key(cast.dan)
