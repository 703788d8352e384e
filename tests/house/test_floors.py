"""The house keeps its floors: imports are checked by import-linter, and here what import-linter cannot see."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src" / "untilyes"


def floors() -> dict[str, int]:
    """Each room's floor, the lowest being 0, as pyproject.toml draws them."""
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {room.strip(): floor for floor, layer in enumerate(reversed(layers)) for room in layer.split("|")}


def test_foreign_keys_look_down() -> None:
    floor_of = floors()
    upward = [
        f"{model.__name__}.{field.name} -> {field.related_model.__name__}"
        for model in apps.get_models()
        if model.__module__.startswith("untilyes.")
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey)
        and field.related_model._meta.app_label in floor_of
        and field.related_model._meta.app_label != model._meta.app_label
        and floor_of[field.related_model._meta.app_label] >= floor_of[model._meta.app_label]
    ]
    assert upward == []


def door_modules() -> Iterator[Path]:
    for door in ("web", "portal", "api"):
        yield from (SOURCE / door).rglob("*.py")


@pytest.mark.parametrize("path", list(door_modules()), ids=lambda path: str(path.relative_to(SOURCE)))
def test_doors_never_query(path: Path) -> None:
    """A door asks a room's queries and access; it does not touch managers or write SQL."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"objects", "everywhere", "_default_manager"}, f"line {node.lineno} queries"
        if isinstance(node, ast.ImportFrom) and node.module:
            assert node.module != "django.db.models", f"line {node.lineno} builds queries"


def test_only_the_worker_looks_everywhere() -> None:
    """The unscoped manager serves the worker's jobs; any other use could leak between workspaces."""
    users = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if ".everywhere" in path.read_text()
        and path.name not in {"jobs.py", "access.py", "tenancy.py"}
        and "migrations" not in path.parts
    ]
    assert users == []


def test_every_room_says_what_it_is_for() -> None:
    for room in floors():
        assert ast.get_docstring(ast.parse((SOURCE / room / "__init__.py").read_text())), room
