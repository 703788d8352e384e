"""The page docs/reference/recipes.md, written from the contract's own descriptions and the shipped recipes."""

from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from untilyes.lake.schema import TABLES
from untilyes.sources.contract import (
    FILLED_IN,
    Check,
    CustomersMapping,
    FactMapping,
    FactTable,
    FileNeeded,
    Join,
    Part,
    PromiseTold,
    Recipe,
    TraitMapping,
)
from untilyes.sources.library import list_recipes

HEAD = """\
# Recipes

<!-- Written by `make docs` from src/untilyes/sources/contract.py and the shipped recipes. Do not edit. -->

A recipe says how the columns of foreign files become our facts. It is a YAML file; the ones shipped with UntilYes are
in `src/untilyes/sources/recipes/`, your own may lie anywhere: `untilyes import my.recipe.yaml my-file.csv --dry-run`.
[Import your own file](../how-to/import-your-own-file.md) shows one from beginning to end.

## What holds for every import

- Every column of a CSV, workbook, JSON or Parquet file arrives as text, exactly as written. What it means is the
  recipe's to say. An expression is SQL as DuckDB speaks it, over those columns; it may read the files of the import
  and nothing else.
- Every row gets a verdict: accepted, corrected (kept, and told), noted (kept, and told) or rejected with a reason.
  Rejected rows, and lines that do not fit their file's columns, go to `<recipe>.rejects.csv` beside the first file.
- A fact's id is the recipe's name, a colon and `id`. The same id again changes nothing; the same id with other content
  is a correction, and what it said before is kept in the lake's table `corrections`.
- A column that must not be missing and is, or a value that cannot be what its column holds, rejects the row by itself;
  no check is needed for that.
- Imported history opens no cases and writes to nobody.

## Words beside SQL's own

| word | means |
|---|---|
| `moment(text)` | the instant a time says: with its own offset if it has one, else in the recipe's time zone |
| `wall_clock(text)` | the time as written, without a zone; by `times` if given, else ISO 8601 |
| `end_of_day(text)` | the last instant of that day in the recipe's zone: until then a promise given as a date is kept |
| `number(text)` | the number, with the recipe's decimal sign; nothing when it is none |

"""

GUESSED = "| `generic_csv` | any other file: the columns are guessed, for you to confirm | one, or several alike |"

PARTS: tuple[tuple[str, type[Part]], ...] = (
    ("The recipe", Recipe),
    ("Each of `files`", FileNeeded),
    ("`customers`", CustomersMapping),
    ("Each of `traits`, written out", TraitMapping),
    ("Each of `facts`", FactMapping),
    ("Each of `join`", Join),
    ("Each of `checks`", Check),
    ("Each of `promises`", PromiseTold),
)


def render() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD.rstrip(), "", *_shipped(), *_parts(), *_tables()]).rstrip() + "\n"


def _shipped() -> list[str]:
    lines = ["## Shipped recipes", "", "| recipe | what it imports | files |", "|---|---|---|"]
    for recipe in list_recipes():
        files = "<br>".join(
            f"`{needed.pattern}`{'' if needed.required else ' (if there)'}" for needed in recipe.files.values()
        )
        lines.append(f"| `{recipe.name}` | {recipe.title} | {files} |")
    lines += [
        "| `generic_csv` | any other file: the columns are guessed, for you to confirm | one, or several alike |",
        "",
    ]
    for recipe in list_recipes():
        lines += [f"### `{recipe.name}`: {recipe.title}", "", recipe.about.strip(), ""]
        lines += [f"Becomes {', '.join(f'{fact.table} ({fact.name})' for fact in recipe.facts)}.", ""]
    return lines


def _parts() -> list[str]:
    lines: list[str] = []
    for title, part in PARTS:
        lines += [f"## {title}", "", (part.__doc__ or "").strip().partition("\n")[0], ""]
        lines += ["| field | must be given | holds | means |", "|---|---|---|---|"]
        lines += [_row(name, field) for name, field in part.model_fields.items()] + [""]
    return lines


def _row(name: str, field: FieldInfo) -> str:
    return (
        f"| `{field.alias or name}` | {'yes' if field.is_required() else ''} | {_kind(field.annotation)} "
        f"| {(field.description or '').replace('|', chr(92) + '|')} |"
    )


def _kind(said: Any) -> str:
    """What a field holds, in a word or two."""
    origin, inner = get_origin(said), get_args(said)
    match origin:
        case _ if origin is Annotated:
            kind = _kind(inner[0])
        case _ if origin is Literal:
            kind = ", ".join(f"`{word}`" for word in inner)
        case _ if origin is dict:
            kind = f"names, each with {_kind(inner[1])}"
        case _ if origin is tuple:
            kind = f"a list of {_kind(inner[0])}"
        case _ if inner:
            kind = " or ".join(_kind(one) for one in inner if one is not type(None))
        case _:
            kind = {str: "text", bool: "true or false"}.get(said, "fields of its own, below")
    return kind


def _tables() -> list[str]:
    lines = ["## Columns a fact may fill", "", "`id`, `customer` and `interaction` fill their columns themselves.", ""]
    for name in get_args(FactTable):
        table = TABLES[name]
        lines += [f"### `{name}`: {table.grain}", "", "| column | must be given | holds | means |", "|---|---|---|---|"]
        lines += [
            f"| `{column.name}` | {'yes' if column.required else ''} | {column.kind.value} | {column.meaning} |"
            for column in table.given
            if column.name not in FILLED_IN
        ]
        lines.append("")
    return lines
