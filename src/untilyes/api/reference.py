"""The reference page of the door, read from its operations and their models. No Django."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from untilyes.api.bodies import Problem
from untilyes.api.operations import EVERYWHERE, OPERATIONS, TITLES, Operation
from untilyes.workspaces.keys import KEPT_FOR, SCOPES

_INTRODUCTION = f"""\
# The door for other programs

Generated from `untilyes.api` by `make docs`. How to begin:
[let another program take part](../how-to/let-another-program-take-part.md).

Everything stands under `/api/v1` and is JSON; times are ISO 8601 with their offset. A key travels as
`Authorization: Bearer uy_…`, belongs to one workspace, and does what its scopes open and its maker's role allows. The
same, for machines: `/api/v1/openapi.json` (OpenAPI 3.1).

A `POST` needs an `external_id` in its body or an `Idempotency-Key` header. Sent again it changes nothing and is
answered as the first time, with 200 instead of 201, also when both arrive at the same instant. An `external_id` counts
for the whole workspace (of a message: for its case), an `Idempotency-Key` for its key; where both are given the
`external_id` counts. Sent again with other content, it is refused (422). An `Idempotency-Key` is remembered for
{KEPT_FOR.days} days, an `external_id` for as long as the workspace stands.
"""

_NAMES = {"string": "text", "boolean": "true or false", "integer": "number"}


def render() -> str:
    """The whole page."""
    return "".join([_INTRODUCTION, _scopes(), *map(_describe, OPERATIONS), _problems()])


def _scopes() -> str:
    rows = "".join(f"| `{scope.value}` | {told} |\n" for scope, told in SCOPES.items())
    return f"\n## Scopes\n\n| scope | a key with it |\n|---|---|\n{rows}"


def _describe(one: Operation) -> str:
    refusals = ", ".join(str(status) for status in sorted({*EVERYWHERE, *one.refusals}))
    parts = [f"\n## `{one.method} {one.path}`\n\n{one.told} Scope `{one.scope.value}`. Refused with {refusals}.\n"]
    for told, model in (("In the address", one.query), ("Body", one.body)):
        if model is not None:
            parts.append(_tell(told, model, model.model_json_schema(mode="validation")))
    return "".join([*parts, _tell("Answer", one.answer, one.answer.model_json_schema(mode="serialization"))])


def _tell(told: str, model: type[BaseModel], schema: dict[str, Any]) -> str:
    return f"\n{told}: {(model.__doc__ or '').strip()}\n{_fields(schema)}"


def _fields(schema: dict[str, Any]) -> str:
    """A table of the fields, those within others under their path; a field that may be left out has a default."""
    rows = "".join(f"| `{name}` | {kind} | {told} |\n" for name, kind, told in _rows(schema, schema.get("$defs", {})))
    return f"\n| field | kind | what it is |\n|---|---|---|\n{rows}"


def _rows(schema: dict[str, Any], named: dict[str, Any], under: str = "") -> Iterator[tuple[str, str, str]]:
    for name, told in schema["properties"].items():
        kind, inner = _kind(told, named)
        may_miss = "" if name in schema.get("required", ()) else "; may be left out"
        yield f"{under}{name}", kind + may_miss, told.get("description", "")
        if inner is not None:
            yield from _rows(inner, named, f"{under}{name}.")


def _kind(told: dict[str, Any], named: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The kind in a word or two, and the fields of an object (or of a list's objects)."""
    if "anyOf" in told:
        kind, inner = _kind(next(one for one in told["anyOf"] if one.get("type") != "null"), named)
        return f"{kind} or null", inner
    if "$ref" in told:
        return _kind(named[told["$ref"].rpartition("/")[2]], named)
    if told.get("type") == "array":
        kind, inner = _kind(told["items"], named)
        return f"list of {kind}s", inner
    if "enum" in told:
        return ", ".join(f"`{one}`" for one in told["enum"]), None
    if told.get("type") == "object":
        return "object", told
    return {"date-time": "time", "uuid": "UUID"}.get(
        told.get("format", ""), _NAMES.get(told["type"], told["type"])
    ), None


def _problems() -> str:
    rows = "".join(
        f"| {status} | `urn:untilyes:problem:{kind}` | {title} |\n" for status, (kind, title) in TITLES.items()
    )
    fields = _fields(Problem.model_json_schema())
    told = "Every refusal is a problem document (RFC 9457, `application/problem+json`) whose `detail` says what to do."
    return f"\n## Refusals\n\n{told}\n{fields}\n| status | type | title |\n|---|---|---|\n{rows}"
