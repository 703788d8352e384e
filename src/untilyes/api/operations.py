"""Everything a program can do here; addresses, reference and OpenAPI document are made from it. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel

from untilyes.api.bodies import (
    CaseInFull,
    CaseList,
    CasesAsked,
    MessageTaken,
    NewMessage,
    NewResponse,
    ResponseTaken,
)
from untilyes.workspaces.keys import Scope


@dataclass(frozen=True)
class Operation:
    """One thing to ask for. `refusals` are the problems besides those every operation has."""

    name: str
    method: str
    path: str
    told: str
    scope: Scope
    answer: type[BaseModel]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    refusals: tuple[int, ...] = ()


OPERATIONS: Final = (
    Operation(
        "read_cases",
        "GET",
        "/cases",
        "List cases, 100 to a page.",
        Scope.READ_CASES,
        CaseList,
        query=CasesAsked,
        refusals=(422,),
    ),
    Operation(
        "read_case",
        "GET",
        "/cases/{number}",
        "Read one case and what was said in it.",
        Scope.READ_CASES,
        CaseInFull,
        refusals=(404,),
    ),
    Operation(
        "take_in_message",
        "POST",
        "/cases/{number}/messages",
        "Write to the customer, or hand in what they wrote.",
        Scope.WRITE_CASES,
        MessageTaken,
        body=NewMessage,
        refusals=(400, 404, 409, 413, 422),
    ),
    Operation(
        "take_in_response",
        "POST",
        "/responses",
        "Hand in a customer’s answers to the two questions.",
        Scope.RECORD_RESPONSES,
        ResponseTaken,
        body=NewResponse,
        refusals=(400, 409, 413, 422),
    ),
)
TITLES: Final[Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        400: ("unreadable", "Not readable as JSON"),
        401: ("no-key", "No key that opens this"),
        403: ("not-allowed", "Not allowed"),
        404: ("not-found", "Not found"),
        405: ("wrong-method", "Asked in another way than this answers to"),
        409: ("not-possible", "Not possible as things stand"),
        413: ("too-large", "Too large"),
        422: ("not-accepted", "Not accepted as it was sent"),
    }
)
"""Status → the last word of the problem's `type`, and its title."""
EVERYWHERE: Final = (401, 403)


def get_operation(name: str) -> Operation:
    """The operation of this name. Raises KeyError."""
    return {one.name: one for one in OPERATIONS}[name]
