"""The OpenAPI document, written from the operations and their models. No Django."""

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from untilyes.api.bodies import Problem
from untilyes.api.operations import EVERYWHERE, OPERATIONS, TITLES, Operation

_REF: Final = "#/components/schemas/{model}"


def write_openapi(*, server: str) -> dict[str, Any]:
    """The document (OpenAPI 3.1) for the door at `server`."""
    schemas = models_json_schema(_models(), ref_template=_REF)[1]["$defs"]
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _describe(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "UntilYes", "version": "1", "description": "Cases, and answers to the two questions."},
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _models() -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    sent: list[tuple[type[BaseModel], JsonSchemaMode]] = [(one.body, "validation") for one in OPERATIONS if one.body]
    return [*sent, *((one.answer, "serialization") for one in OPERATIONS), (Problem, "serialization")]


def _describe(one: Operation) -> dict[str, Any]:
    done = {"200": _content("Done.", one.answer)}
    if one.body:
        done = {
            "201": _content("Done.", one.answer),
            "200": _content("It was sent before; the first answer.", one.answer),
        }
    problems = {
        str(status): _content(TITLES[status][1], Problem, kind="application/problem+json")
        for status in sorted({*EVERYWHERE, *one.refusals})
    }
    described: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.told,
        "description": f"For keys with the scope `{one.scope.value}`.",
        "parameters": [*_in_path(one), *_in_query(one), *_in_header(one)],
        "responses": done | problems,
    }
    if one.body:
        schema = {"$ref": _REF.format(model=one.body.__name__)}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _content(told: str, model: type[BaseModel], kind: str = "application/json") -> dict[str, Any]:
    return {"description": told, "content": {kind: {"schema": {"$ref": _REF.format(model=model.__name__)}}}}


def _in_path(one: Operation) -> list[dict[str, Any]]:
    if "{number}" not in one.path:
        return []
    return [{"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    schema = one.query.model_json_schema(ref_template=_REF)
    places = schema["properties"].items()
    named = schema.get("$defs", {})
    return [
        {"name": name, "in": "query", "description": told.get("description", ""), "schema": _inline(told, named)}
        for name, told in places
    ]


def _inline(told: dict[str, Any], named: dict[str, Any]) -> dict[str, Any]:
    """The schema of one parameter, without references and without its description, which stands beside it."""
    kinds = [
        named[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in told.get("anyOf", [told])
        if one.get("type") != "null"
    ]
    return {key: value for key, value in kinds[0].items() if key not in {"description", "title"}}


def _in_header(one: Operation) -> list[dict[str, Any]]:
    if one.body is None:
        return []
    told = "Needed where the body has no external_id: sent again with the same one, a request changes nothing."
    return [{"name": "Idempotency-Key", "in": "header", "description": told, "schema": {"type": "string"}}]
