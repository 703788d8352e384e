"""A command that a page or a document shows is one that works."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import REPOSITORY
from untilyes.config.cli import app
from untilyes.sources.guessing import GENERIC
from untilyes.sources.library import list_recipes

SHOWN = re.compile(r"(?<!from )\buntilyes ([a-z]+)(?: ([a-z_]+)(?![\w.:]))?", re.MULTILINE)


def read_what_is_shown() -> Iterator[tuple[Path, str]]:
    """Pages, their parts, the README and the documents; changelogs and decisions may speak of what was."""
    web = REPOSITORY / "src" / "untilyes" / "web"
    for path in [
        *web.rglob("*.html"),
        *web.rglob("*.py"),
        REPOSITORY / "README.md",
        *(REPOSITORY / "docs").rglob("*.md"),
    ]:
        yield path, path.read_text(encoding="utf-8")


def test_every_recipe_that_is_shown_ships() -> None:
    known = {recipe.name for recipe in list_recipes()} | {GENERIC}
    shown = {
        (path.name, name)
        for path, text in read_what_is_shown()
        for command, name in SHOWN.findall(text)
        if command == "import" and name
    }
    assert {name for _, name in shown} >= {"olist", GENERIC}
    assert [one for one in shown if one[1] not in known] == []


def test_every_command_that_is_shown_exists() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    code = re.compile(r"(?:<code>|^|`)untilyes ([a-z]+)", re.MULTILINE)
    shown = {(path.name, name) for path, text in read_what_is_shown() for name in code.findall(text)}
    assert {name for _, name in shown} >= {"import", "measure", "init"}
    assert [one for one in shown if one[1] not in known] == []
