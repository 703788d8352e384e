"""Who the rows are about: one line per customer of the file, with the key they have or will have in the house.

The key of somebody new is computed from the workspace, the foreign system and the id there, so that facts and
customers agree without asking the database row by row, and importing again finds the same people.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

import pyarrow as pa

from untilyes.lake.workbench import Workbench, quoted
from untilyes.sources.contract import CustomersMapping, Recipe
from untilyes.sources.layout import as_text
from untilyes.sources.translating import PEOPLE, Binder

KNOWN = "people known by their id"
KNOWN_BY_EMAIL = "people known by e-mail"
FORGOTTEN = "people forgotten"
SEPARATOR = "\x1f"
LONGEST_ID = 254
NEWEST = ("name", "email", "language", "timezone", "left_at", "left_reason")
"""What the last row of a customer says of them, beside their traits."""


def known_tables(
    *, by_id: Mapping[str, str], by_email: Mapping[str, str], forgotten: Collection[UUID]
) -> dict[str, pa.Table]:
    """Who is known already, and the keys of those who asked to be forgotten, to be laid beside the files."""
    tables = {
        name: pa.table(
            {"value": pa.array(list(known), pa.string()), "key": pa.array(list(known.values()), pa.string())}
        )
        for name, known in ((KNOWN, by_id), (KNOWN_BY_EMAIL, by_email))
    }
    return tables | {FORGOTTEN: pa.table({"key": pa.array([str(key) for key in forgotten], pa.string())})}


def gather_people(bench: Workbench, recipe: Recipe, mapping: CustomersMapping, *, workspace_key: UUID) -> None:
    """Make the table of the import's people. Raises RecipeInvalid when an expression does not fit."""
    bench.query(f"CREATE TABLE {quoted(PEOPLE)} AS {_people_sql(bench, recipe, mapping, workspace_key)}")


def trait_kinds(mapping: CustomersMapping) -> dict[str, str]:
    """The traits a mapping tells, and their kinds."""
    return {name: mapping.trait(name).kind for name in mapping.traits}


def arrivals(bench: Workbench) -> pa.Table:
    """The people as the customers room welcomes them; nobody who asked to be forgotten."""
    return bench.query(
        f"SELECT * EXCLUDE (first_at, is_forgotten) FROM {quoted(PEOPLE)} WHERE NOT is_forgotten ORDER BY external_id"
    )


def count_people(bench: Workbench) -> dict[str, int]:
    """How many people the files tell of (`read`), and how many of them nobody knew (`new`)."""
    (counts,) = bench.query(
        "SELECT count(DISTINCT customer_id) AS read, count(DISTINCT customer_id) FILTER (is_new) AS new "
        f"FROM {quoted(PEOPLE)} WHERE NOT is_forgotten"
    ).to_pylist()
    return dict(counts)


def customer_facts(bench: Workbench, mapping: CustomersMapping) -> pa.Table:
    """The people as facts of the lake's table `customers`, one per customer, as last known."""
    traits = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in mapping.traits)
    as_json = f"CAST(to_json(struct_pack({traits})) AS VARCHAR)" if traits else "NULL::VARCHAR"
    return bench.query(
        "SELECT DISTINCT ON (customer_id) customer_id AS id, customer_id, first_at AS at, 'event' AS source, "
        f"joined_at, left_at, left_reason, {as_json} AS traits FROM {quoted(PEOPLE)} "
        "WHERE NOT is_forgotten AND first_at IS NOT NULL ORDER BY customer_id, first_at, external_id"
    )


def _people_sql(bench: Workbench, recipe: Recipe, mapping: CustomersMapping, workspace_key: UUID) -> str:
    binder = Binder(bench, recipe, mapping, "customers")

    def text(field: str, expression: str | None) -> str:
        return f"CAST({binder.bind(field, expression).sql} AS VARCHAR)" if expression else "NULL::VARCHAR"

    def instant(field: str, expression: str | None) -> str:
        if not expression:
            return "NULL::TIMESTAMPTZ"
        bound = binder.bind(field, expression)
        return bound.sql if bound.kind == "TIMESTAMP WITH TIME ZONE" else f"moment({bound.sql})"

    said = {
        "external_id": f"trim({text('id', mapping.id)})",
        "at": instant("at", mapping.at),
        "name": f"left({text('name', mapping.name)}, 200)",
        "email": _as_email(text("email", mapping.email)),
        "language": f"left({text('language', mapping.language)}, 10)",
        "timezone": f"left({text('timezone', mapping.timezone)}, 64)",
        "joined_at": instant("joined_at", mapping.joined_at),
        "left_at": instant("left_at", mapping.left_at),
        "left_reason": text("left_reason", mapping.left_reason),
    }
    for name in mapping.traits:
        trait = mapping.trait(name)
        said[name] = _as_trait(text(f"traits.{name}", trait.value), trait.kind)
    where = f"WHERE {binder.bind('where', mapping.where).sql}" if mapping.where else ""
    columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in said.items())
    # Of two rows with one time the larger value counts: an answer that the order of the file could change is none.
    # Rows without a time still tell a name; they only lose against rows that have one.
    when = "coalesce(\"at\", TIMESTAMPTZ '0001-01-01')"
    # What no expression tells is nothing for everybody: asking for its newest value would cost as much as a real one.
    given = {name: getattr(mapping, name) is not None for name in NEWEST} | dict.fromkeys(mapping.traits, True)
    newest = ", ".join(
        f"arg_max({quoted(name)}, row({when}, {quoted(name)})) AS {quoted(name)}"
        if told
        else f"{said[name]} AS {quoted(name)}"
        for name, told in given.items()
    )
    prefix = as_text(f"{workspace_key}{SEPARATOR}{recipe.identity_source}{SEPARATOR}")
    return f"""
        WITH said AS (SELECT {columns} FROM {binder.source} {where}),
        one_each AS (
            SELECT external_id, min("at") AS first_at, min(joined_at) AS joined_at, {newest}
            FROM said WHERE external_id <> '' AND length(external_id) <= {LONGEST_ID} GROUP BY external_id
        ),
        keyed AS (
            -- Two ids with one address are one person, known by the first of the two.
            SELECT *, md5({prefix} || CASE WHEN email IS NULL THEN external_id
                                           ELSE min(external_id) OVER (PARTITION BY email) END) AS digest
            FROM one_each
        )
        SELECT keyed.* EXCLUDE (digest),
               coalesce(by_id.key, by_email.key, {_as_key("digest")}) AS customer_id,
               by_id.key IS NULL AND by_email.key IS NULL AS is_new,
               forgotten.key IS NOT NULL AS is_forgotten
        FROM keyed
        LEFT JOIN {quoted(KNOWN)} AS by_id ON by_id.value = external_id
        LEFT JOIN {quoted(KNOWN_BY_EMAIL)} AS by_email ON by_email.value = email
        LEFT JOIN {quoted(FORGOTTEN)} AS forgotten
               ON forgotten.key = coalesce(by_id.key, by_email.key, {_as_key("digest")})
    """


def _as_key(digest: str) -> str:
    """A digest written as a UUID of version 8 (RFC 9562: the digest's own bits, marked as such)."""
    marked = f"substr({digest}, 1, 12) || '8' || substr({digest}, 14, 3) || '8' || substr({digest}, 18)"
    return f"CAST(CAST({marked} AS UUID) AS VARCHAR)"


def _as_email(said: str) -> str:
    """The address in the form identities are compared in, or nothing when it is not one."""
    written = f"lower(trim({said}))"
    return f"CASE WHEN regexp_full_match({written}, '[^@\\s]+@[^@\\s]+\\.[^@\\s]+') THEN {written} END"


def _as_trait(said: str, kind: str) -> str:
    """The value in the canonical text of its kind, or nothing when it is not of that kind."""
    match kind:
        case "number":
            return f"CAST(number({said}) AS VARCHAR)"
        case "boolean":
            return f"CAST(TRY_CAST({said} AS BOOLEAN) AS VARCHAR)"
        case "date":
            return f"CAST(CAST(wall_clock({said}) AS DATE) AS VARCHAR)"
        case _:
            return f"nullif(left(trim({said}), 400), '')"
