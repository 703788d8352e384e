"""From a mapping to SQL: expressions bound before anything runs, typed as the lake wants them, judged row by row.

Every question about a row becomes one SQL expression, so that a million rows are judged in one scan. Two columns carry
the verdicts: `_rejected` (the first reason to leave the row out, or null) and `_told` (all that was corrected or noted,
or null).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from untilyes.lake.errors import QueryFailed
from untilyes.lake.schema import SOURCES, TABLES, Column, Kind
from untilyes.lake.workbench import Workbench, quoted
from untilyes.sources.contract import FactMapping, Recipe, Rows
from untilyes.sources.errors import ImportRefused, RecipeInvalid
from untilyes.sources.former import name_former
from untilyes.sources.layout import as_text, engine_says

PEOPLE = "people of this import"
# Under names no foreign file uses, so that a recipe may say `email` and mean the file's own column.
_KNOWN = f"SELECT external_id AS _id, customer_id AS _customer, is_forgotten AS _is_forgotten FROM {quoted(PEOPLE)}"
SQL_TYPES = {Kind.TEXT: "VARCHAR", Kind.NUMBER: "DOUBLE", Kind.COUNT: "INTEGER", Kind.YES_NO: "BOOLEAN"}


@dataclass(frozen=True)
class Bound:
    """An expression that fits its rows: its SQL and the type the engine gives it."""

    sql: str
    kind: str


class Binder:
    """Binds expressions to the columns of one mapping's rows; a mistake becomes a sentence with its place."""

    def __init__(self, bench: Workbench, recipe: Recipe, rows: Rows, place: str) -> None:
        self._bench, self._recipe, self._place = bench, recipe, place
        self.source = rows_sql(rows)

    def bind(self, field: str, expression: str) -> Bound:
        """The expression with its type. Raises RecipeInvalid when it does not fit the columns."""
        try:
            described = self._bench.query(f"DESCRIBE SELECT ({expression}) AS it FROM {self.source}")
        except QueryFailed as problem:
            raise RecipeInvalid(
                f"{self._recipe.name}, {self._place}.{field}: “{expression}” does not fit the files. "
                f"{engine_says(problem)}"
            ) from problem
        return Bound(f"({expression})", described.column("column_type")[0].as_py())


def rows_sql(rows: Rows) -> str:
    """The rows a mapping draws on, with what is laid beside them."""
    joins = "".join(f" LEFT JOIN {quoted(join.file)} USING ({quoted(join.by)})" for join in rows.join)
    return f"{quoted(rows.file)}{joins}"


def check_joins(bench: Workbench, rows: Rows, place: str) -> None:
    """Refuse a join that would multiply rows. Raises ImportRefused."""
    for join in rows.join:
        by = quoted(join.by)
        twice = bench.query(
            f"SELECT {by} AS key FROM {quoted(join.file)} WHERE {by} IS NOT NULL "
            f"GROUP BY {by} HAVING count(*) > 1 LIMIT 1"
        )
        if twice.num_rows:
            raise ImportRefused(
                f"{place}: {join.file} has several rows with {join.by} = {twice.column('key')[0].as_py()!r}, "
                "so a row would be counted several times. Join a view that has one row for each."
            )


def facts_sql(bench: Workbench, recipe: Recipe, mapping: FactMapping) -> str:
    """SQL for a mapping's rows: `_row` (rowid of the row it comes from), the lake's columns, `_rejected`, `_told`.

    Raises RecipeInvalid when an expression does not fit, ImportRefused when a join multiplies rows.
    """
    place = f"facts.{mapping.name}"
    check_joins(bench, mapping, place)
    binder = Binder(bench, recipe, mapping, place)
    table = {column.name: column for column in TABLES[mapping.table].given}
    typed = {
        name: _Typed.of(table[name], binder.bind(f"columns.{name}", expression))
        for name, expression in mapping.columns.items()
    }
    whens = [binder.bind(f"checks.{number}.when", check.when).sql for number, check in enumerate(mapping.checks)]
    columns = _keys(binder, recipe, mapping) | {name: one.value for name, one in typed.items()}
    for when, check in zip(whens, mapping.checks, strict=True):
        for name, expression in check.correct.items():
            better = _Typed.of(table[name], binder.bind(f"checks.correct.{name}", expression))
            columns[name] = f"CASE WHEN {when} THEN {better.value} ELSE {columns[name]} END"
    rejected = [
        (when, as_text(check.reject)) for when, check in zip(whens, mapping.checks, strict=True) if check.reject
    ]
    told = [
        f"CASE WHEN {when} THEN {as_text(check.say or check.note)} END"
        for when, check in zip(whens, mapping.checks, strict=True)
        if not check.reject
    ]
    for name, one in typed.items():
        if one.may_fail:
            mended = [when for when, check in zip(whens, mapping.checks, strict=True) if name in check.correct]
            unless = "".join(f" AND NOT coalesce({when}, false)" for when in mended)
            when, reason = one.objection()
            rejected.append((f"{when}{unless}", reason))
    if mapping.customer:
        told.append(
            f"CASE WHEN {binder.bind('customer', mapping.customer).sql} IS NOT NULL AND known._customer IS NULL "
            "THEN 'the customer is not in the customers file: kept without one' END"
        )
        rejected.append(("known._is_forgotten", as_text("the customer asked to be forgotten")))
    return _assemble(binder, mapping, columns, rejected, told)


def _keys(binder: Binder, recipe: Recipe, mapping: FactMapping) -> dict[str, str]:
    prefix = as_text(f"{recipe.name}:")
    keys = {"id": f"{prefix} || CAST({binder.bind('id', mapping.id).sql} AS VARCHAR)"}
    if mapping.formerly:
        former = f"{prefix} || CAST({binder.bind('formerly', mapping.formerly).sql} AS VARCHAR)"
        known = f"SELECT id FROM {quoted(name_former(mapping))}"
        keys["id"] = f"CASE WHEN ({former}) IN ({known}) THEN {former} ELSE {keys['id']} END"
    if mapping.customer:
        keys["customer_id"] = "known._customer"
    if mapping.interaction:
        keys["interaction_id"] = f"{prefix} || CAST({binder.bind('interaction', mapping.interaction).sql} AS VARCHAR)"
    return keys


def _assemble(
    binder: Binder,
    mapping: FactMapping,
    columns: Mapping[str, str],
    rejected: Iterable[tuple[str, str]],
    told: Iterable[str],
) -> str:
    people = ""
    if mapping.customer:
        customer = f"CAST({binder.bind('customer', mapping.customer).sql} AS VARCHAR)"
        people = f" LEFT JOIN ({_KNOWN}) AS known ON known._id = {customer}"
    where = f" WHERE {binder.bind('where', mapping.where).sql}" if mapping.where else ""
    # What a required column lacks can only be known from the finished columns: hence two steps.
    inner = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())
    reasons = "".join(f" WHEN {when} THEN {reason}" for when, reason in rejected)
    said = ", ".join(told)
    objection = f"CASE{reasons} END" if reasons else "NULL::VARCHAR"
    remarks = f"nullif(list_filter([{said}], lambda remark: remark IS NOT NULL), [])" if said else "NULL::VARCHAR[]"
    lacking = "".join(
        f" WHEN {quoted(name)} IS NULL THEN {as_text(f'{name} is missing')}"
        for name in ("id", *(column.name for column in TABLES[mapping.table].given if column.required))
        if name in columns
    )
    sources = ", ".join(as_text(source) for source in SOURCES)
    return (
        f"SELECT * EXCLUDE (_objection), CASE WHEN _objection IS NOT NULL THEN _objection{lacking} "
        f"WHEN source NOT IN ({sources}) THEN 'source is not one of {', '.join(SOURCES)}' END AS _rejected "
        f"FROM (SELECT {quoted(mapping.file)}.rowid AS _row, {inner}, {objection} AS _objection, {remarks} AS _told "
        f"FROM {binder.source}{people}{where})"
    )


@dataclass(frozen=True)
class _Typed:
    """A bound expression turned into what a column of the lake holds."""

    column: Column
    given: Bound
    value: str
    may_fail: bool

    @classmethod
    def of(cls, column: Column, given: Bound) -> "_Typed":
        """How the expression becomes the column's type; whether it may hold something that cannot."""
        is_text = given.kind == "VARCHAR"
        match column.kind:
            case Kind.INSTANT if given.kind == "TIMESTAMP WITH TIME ZONE":
                return cls(column, given, given.sql, may_fail=False)
            case Kind.INSTANT:
                return cls(column, given, f"moment({given.sql})", may_fail=is_text)
            case Kind.NUMBER if is_text:
                return cls(column, given, f"number({given.sql})", may_fail=True)
            case Kind.NUMBER:
                # What a calculation could not answer (0 / 0) is nothing.
                answer = f"TRY_CAST({given.sql} AS DOUBLE)"
                return cls(column, given, f"CASE WHEN isfinite({answer}) THEN {answer} END", may_fail=False)
            case Kind.COUNT:
                whole = f"number({given.sql})" if is_text else f"TRY_CAST({given.sql} AS DOUBLE)"
                sql = f"CASE WHEN {whole} = trunc({whole}) THEN TRY_CAST({whole} AS INTEGER) END"
                return cls(column, given, sql, may_fail=is_text)
            case _:
                return cls(column, given, f"TRY_CAST({given.sql} AS {SQL_TYPES[column.kind]})", may_fail=is_text)

    def objection(self) -> tuple[str, str]:
        """When the value said cannot be what the column holds, and the sentence about it."""
        expected = {
            Kind.INSTANT: "a time", Kind.NUMBER: "a number", Kind.COUNT: "a whole number", Kind.YES_NO: "yes or no"
        }.get(self.column.kind, "text")  # fmt: skip
        return (
            f"{self.given.sql} IS NOT NULL AND {self.value} IS NULL",
            f"{as_text(self.column.name + ': “')} || {self.given.sql} || {as_text(f'” is not {expected}')}",
        )
