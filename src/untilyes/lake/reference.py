"""The page docs/reference/lake.md, written from the tables as `schema` defines them."""

from untilyes.lake.schema import COMPUTED, ENVELOPE, FACTS, TABLES, Column, Table

HEAD = """\
# The lake's tables

<!-- Written by `make docs` from src/untilyes/lake/schema.py. Do not edit. -->

One folder per workspace, one [Delta](https://delta.io) table per kind of fact, a partition per month. A row is the
current truth of its id: the same id told again with other content replaces the row, and what it said before goes to
`corrections`. Anything that reads Delta or Parquet can read them: `untilyes.lake.Lake(folder).read("answers")` gives an
Ibis table, `polars.scan_delta(folder + "/answers")` a frame.

Instants are UTC with microseconds; a *day* is the day in the workspace's time zone. "Must" marks columns that may not
be missing.

## Every fact carries

"""

VERBS = """\
## What can be done with it

| verb | what it does |
|---|---|
| `record` | adds new facts, corrects changed ones, leaves known ones alone; safe to repeat, from several processes |
| `replace` | writes a computed table whole; what it held before is gone within the hour |
| `read`, `read_with_day` | the current truth of a table, with or without the local day |
| `as_of` | a table as it was at a version or an instant, for as long as its files are kept (30 days by default) |
| `erase` | takes people out of tables, corrections, old files and what is kept; versions from before are gone then |
| `refresh_rollups` | counts anew the days whose facts changed, and only those |
| `keep`, `open_kept` | what was worked out of the facts, in files named after the state of the tables they tell of |
| `compact`, `vacuum` | merges small files within their month; deletes files that only versions past keeping need |

"""


def render() -> str:
    """The page."""
    facts = [_section(TABLES[name]) for name in FACTS]
    own = [_section(table) for name, table in TABLES.items() if name not in FACTS]
    return (
        HEAD
        + _columns((*ENVELOPE, *COMPUTED))
        + "\n## Facts\n\n"
        + "".join(facts)
        + "## What the lake keeps for itself\n\n"
        + "".join(own)
        + VERBS.rstrip("\n")
        + "\n"
    )


def _section(table: Table) -> str:
    whole = (
        "" if table.about_customers else "This table has no envelope: it tells of days and cells, not of customers.\n\n"
    )
    return f"### `{table.name}`\n\nOne row is {table.grain}.\n\n{whole}{_columns(table.own_columns)}\n"


def _columns(columns: tuple[Column, ...]) -> str:
    rows = [
        f"| `{column.name}` | {'must' if column.required else ''} | {column.kind.value} | {column.unit} | "
        f"{column.meaning} |"
        for column in columns
    ]
    return "\n".join(["| column | | holds | unit | means |", "|---|---|---|---|---|", *rows]) + "\n"
