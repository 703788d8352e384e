"""The reference page of the command line, read from the commands themselves."""

from typing import Any

from typer.main import get_command

_INTRODUCTION = """\
# Command line

Generated from `untilyes.config.cli` by `make docs`.

Codes at the end: 0 when it worked, 1 when it could not be done (a sentence says what to do), 2 when it was called
wrongly. With `--json` one JSON document is printed for a program; people's words and progress go to the error stream.
"""


def render() -> str:
    """The whole page."""
    from untilyes.config.cli import app  # noqa: PLC0415 - the command line names this page's sibling modules

    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    return _INTRODUCTION + "".join(_describe(name, command) for name, command in commands.items())


def _describe(name: str, command: Any) -> str:
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    arguments = [one for one in shown if one.param_type_name == "argument"]
    options = [one for one in shown if one.param_type_name == "option" and one.name != "help"]
    call = " ".join(["untilyes", name, *(_as_argument(one) for one in arguments), *(["[OPTIONS]"] if options else [])])
    rows = [(f"`{_as_argument(one)}`", one.help, "") for one in arguments]
    rows += [(", ".join(f"`{flag}`" for flag in one.opts), one.help, _default_of(one)) for one in options]
    lines = [f"\n## {name}\n", f"{' '.join(str(command.help).split())}\n", f"```\n{call}\n```"]
    if rows:
        lines += ["\n| | what it says | default |", "|---|---|---|"]
        lines += [f"| {flag} | {words or ''} | {default} |" for flag, words, default in rows]
    return "\n".join(lines) + "\n"


def _as_argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper().rstrip("_")
    return name if parameter.required else f"[{name}]"


def _default_of(parameter: Any) -> str:
    default = parameter.default
    return "" if default in (None, "", False) or callable(default) else f"`{default}`"
