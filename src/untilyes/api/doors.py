"""How a program comes in: by a key that stands, for what its scopes open, into the workspace it belongs to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from pydantic import BaseModel

from untilyes.api.operations import Operation, get_operation
from untilyes.api.problems import TOLD, Refused, tell_problem, write_problem
from untilyes.plumbing.clock import now
from untilyes.workspaces.access import get_key_behind
from untilyes.workspaces.keys import BadKey, OutsideScope
from untilyes.workspaces.machines import answer_once, note_use, token_of_key
from untilyes.workspaces.models import ApiKey, Member
from untilyes.workspaces.tenancy import inside

LARGEST_BODY: Final = 64 * 1024
LONGEST_TOKEN: Final = 120

P = ParamSpec("P")
Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Call:
    """One request of a program. `member` is whom it stands for: the maker of its key."""

    request: HttpRequest
    key: ApiKey
    member: Member
    at: datetime

    def read_query(self, model: type[Body]) -> Body:
        """What the address asks for. Raises ValidationError."""
        return model.model_validate(self.request.GET.dict())

    def read_body(self, model: type[Body]) -> Body:
        """What was sent. Raises Refused when it is no JSON or too much of it, ValidationError."""
        try:
            sent: Any = json.loads(self._read_bytes())
        except (ValueError, RecursionError) as error:
            raise Refused(HTTPStatus.BAD_REQUEST, "Send one JSON document in UTF-8.") from error
        return model.model_validate(sent)

    def _read_bytes(self) -> bytes:
        too_large = Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Send at most {LARGEST_BODY // 1024} KiB at once.")
        try:
            body = self.request.body
        except RequestDataTooBig as error:
            raise too_large from error
        if len(body) > LARGEST_BODY:
            raise too_large
        return body

    def take_in(self, sent: BaseModel, own_id: str | None, *, kind: str, do: Callable[[], BaseModel]) -> HttpResponse:
        """Do it once, however often it is sent: 201 the first time, 200 with the same answer ever after."""
        asked = {"path": self.request.path, "body": sent.model_dump(mode="json")}
        token = f"{kind}:{own_id}" if own_id else token_of_key(self.key, self._read_token())
        answer, is_repeat = answer_once(token, asked, at=self.at, do=lambda: do().model_dump(mode="json"))
        return _write(json.dumps(answer, sort_keys=True), HTTPStatus.OK if is_repeat else HTTPStatus.CREATED)

    def _read_token(self) -> str:
        token = self.request.headers.get("Idempotency-Key", "").strip()
        if not token or len(token) > LONGEST_TOKEN:
            told = "Send an external_id or an Idempotency-Key (of at most 120 characters): then sending again is safe."
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, told)
        return token


View = Callable[Concatenate[Call, P], BaseModel | HttpResponse]


def serves(name: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Make a view answer to the operation of this name, and every refusal into a problem document.

    No cookie is read here, so there is no sign-in that another site could misuse and nothing for CSRF to guard.
    """
    operation = get_operation(name)

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != operation.method:
                return _wrong_method(operation)
            try:
                call = _come_in(request, operation)
                with inside(call.key.workspace):
                    note_use(call.key, at=call.at)
                    answer = view(call, *args, **kwargs)
            except TOLD as problem:
                answer = tell_problem(problem)
            return answer if isinstance(answer, HttpResponse) else _write(answer.model_dump_json(by_alias=True))

        return guarded

    return decorate


def _come_in(request: HttpRequest, operation: Operation) -> Call:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise BadKey("Send a key as “Authorization: Bearer …”; an owner makes one under Settings, Keys.")
    key = get_key_behind(token.strip())
    if operation.scope not in key.scopes:
        raise OutsideScope(f"This key is not for {operation.scope}; an owner makes one that is under Settings, Keys.")
    if key.made_by is None:  # a key without its maker is none; said here for the reader who checks types
        raise BadKey("This key opens nothing here.")
    return Call(request, key, key.made_by, now())


def _wrong_method(operation: Operation) -> HttpResponse:
    response = write_problem(HTTPStatus.METHOD_NOT_ALLOWED, f"{operation.path} answers to {operation.method}.")
    response.headers["Allow"] = operation.method
    return response


def _write(content: str, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    response = HttpResponse(content, status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store, private"
    return response
