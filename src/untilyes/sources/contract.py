"""What a recipe says: which files it needs, how their columns become our facts, what it lets through.

A recipe is YAML. Every expression in it is SQL as DuckDB speaks it, over the columns of the file or view named in
`from` and of what it is joined with. `docs/reference/recipes.md` is generated from the descriptions in this file.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

from untilyes.lake.schema import FACTS, TABLES

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Expression = Annotated[
    str,
    BeforeValidator(lambda said: str(said) if isinstance(said, bool | int | float) else said),
    StringConstraints(min_length=1, strip_whitespace=True),
]
WorkStep = Literal["answer", "wait", "word", "solution", "over", "again"]
FactTable = Literal["answers", "comments", "interactions", "events", "outcomes", "employees"]

FILLED_IN = frozenset({"id", "customer_id", "interaction_id"})
"""Columns the engine writes itself, from `id`, `customer` and `interaction`."""


class Part(BaseModel):
    """A piece of a recipe: unknown keys are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FileNeeded(Part):
    """One file, or several of the same shape stacked."""

    pattern: str = Field(description="which files these are, like `*orders_dataset.csv*`; case does not matter")
    about: str = Field(default="", description="what the file holds")
    required: bool = Field(default=True, description="whether there is no import without it")
    columns: tuple[str, ...] = Field(
        default=(), description="columns it must have; needed for a file that is not required, to stand in for it"
    )
    sheet: str | None = Field(default=None, description="which sheet of a workbook; the first by default")

    @model_validator(mode="after")
    def _optional_files_name_their_columns(self) -> "FileNeeded":
        if not self.required and not self.columns:
            raise ValueError("a file that is not required must list its columns, so that the rest works without it")
        return self


class Join(Part):
    """A further file or view beside the rows of `from`; rows without a match stay, with nothing beside them."""

    file: Name = Field(alias="with", description="the file or view to lay beside")
    by: str = Field(description="the column both have; it must be unique over there")


class Check(Part):
    """A judgement on every row: exactly one of `reject`, `correct` with `say`, or `note`."""

    when: Expression = Field(description="true for the rows it is about")
    reject: str = Field(default="", description="why such a row is left out; it goes to the rejects file")
    correct: dict[str, Expression] = Field(default={}, description="columns that get another value instead")
    say: str = Field(default="", description="what was corrected and why")
    note: str = Field(default="", description="what is remarkable about a row that is kept as it is")

    @model_validator(mode="after")
    def _does_one_thing(self) -> "Check":
        if sum(map(bool, (self.reject, self.correct, self.note))) != 1:
            raise ValueError("a check does exactly one thing: reject, correct or note")
        if bool(self.correct) != bool(self.say):
            raise ValueError("`correct` goes with `say`: tell what was corrected and why")
        return self


class Rows(Part):
    """Where rows come from."""

    file: Name = Field(alias="from", description="the file or view whose rows these are")
    join: tuple[Join, ...] = Field(default=(), description="what is laid beside them")
    where: Expression | None = Field(default=None, description="only these rows are meant; the others are not counted")


class TraitMapping(Part):
    """One thing to know about each customer."""

    value: Expression = Field(description="its value")
    kind: Literal["text", "number", "boolean", "date"] = Field(default="text", description="what kind of value")


class CustomersMapping(Rows):
    """Who the customers are. Rows with the same id are one customer; the last known value by `at` counts."""

    id: Expression = Field(description="the customer's id in the foreign system; facts refer to it")
    at: Expression = Field(description="when the row was true; the earliest is when we first met the customer")
    name: Expression | None = Field(default=None, description="what they are called")
    email: Expression | None = Field(
        default=None, description="their e-mail address, by which they may be known already"
    )
    language: Expression | None = Field(default=None, description="the language to write to them in, like `pt`")
    timezone: Expression | None = Field(default=None, description="where their days begin, like `America/Sao_Paulo`")
    joined_at: Expression | None = Field(default=None, description="when the relationship began")
    left_at: Expression | None = Field(default=None, description="when it ended")
    left_reason: Expression | None = Field(default=None, description="why it ended, as given")
    traits: dict[Name, Expression | TraitMapping] = Field(default={}, description="what else is known of them")

    def trait(self, name: str) -> TraitMapping:
        """The trait called `name`, written out."""
        said = self.traits[name]
        return said if isinstance(said, TraitMapping) else TraitMapping(value=said)


class FactMapping(Rows):
    """How rows become facts of one table of the lake."""

    name: Name = Field(description="what the summary and the rejects call them")
    table: FactTable = Field(description="the lake table; its columns are in the lake's reference")
    id: Expression = Field(description="what makes the row unique in the foreign system; the recipe's name goes before")
    formerly: Expression | None = Field(
        default=None,
        description="what `id` was in an earlier version of the recipe: a fact the lake knows by it keeps that id",
    )
    customer: Expression | None = Field(default=None, description="the id of the customer it is about")
    interaction: Expression | None = Field(default=None, description="the service episode it is about")
    columns: dict[Name, Expression] = Field(description="the table's columns and where their values come from")
    checks: tuple[Check, ...] = Field(default=(), description="judgements on every row, in this order")

    @model_validator(mode="after")
    def _fits_the_table(self) -> "FactMapping":
        allowed = {column.name for column in TABLES[self.table].given} - FILLED_IN
        corrected = {column for check in self.checks for column in check.correct}
        if unknown := sorted({*self.columns, *corrected} - allowed):
            raise ValueError(
                f"{self.table} has no column {', '.join(unknown)} to fill; it takes {', '.join(sorted(allowed))}"
            )
        needed = {column.name for column in TABLES[self.table].columns if column.required}
        needed -= FILLED_IN | {"ingested_at", "month"}
        if missing := sorted(needed - set(self.columns)):
            raise ValueError(f"{self.table} needs {', '.join(missing)} as well")
        return self


class PromiseTold(Part):
    """A promise the outcomes are about, in words."""

    title: str = Field(description="what it is called")
    says: str = Field(description="what was promised, and how the import reads it")


class Recipe(Part):
    """A recipe as a whole."""

    name: Name = Field(description="its name; also the first part of every fact's id")
    title: str = Field(description="what is imported")
    about: str = Field(default="", description="where the files come from and what was decided about them")
    system: str = Field(default="", description="the foreign system the customers' ids are valid in; the name if empty")
    timezone: str = Field(
        default="", description="where times without an offset are read; the workspace's zone if empty"
    )
    times: tuple[str, ...] = Field(
        default=(), description="how times are written, like `%d/%m/%Y %H:%M`; ISO 8601 if empty"
    )
    decimal: Literal[".", ","] = Field(default=".", description="the decimal sign in numbers")
    missing: tuple[str, ...] = Field(default=("",), description="what stands for a missing value, in every file")
    files: dict[Name, FileNeeded] = Field(min_length=1, description="the files, under the names expressions use")
    views: dict[Name, str] = Field(
        default={}, description="further tables, as a SELECT over the files and earlier views"
    )
    customers: CustomersMapping | None = Field(default=None, description="who the customers are")
    facts: tuple[FactMapping, ...] = Field(min_length=1, description="what becomes which fact")
    promises: dict[Name, PromiseTold] = Field(default={}, description="the promises its outcomes are about")
    steps: dict[str, tuple[WorkStep, ...]] = Field(
        default={},
        description="what activities of its events were in the work on one matter, so that a promise can be tried on "
        "them: we gave an `answer`, began to `wait` for the customer, they sent `word`, we gave a `solution`, all was "
        "`over`, or it was open `again`; an activity that is not listed was none of these",
    )

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            return ZoneInfo(zone).key if zone else zone
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{zone!r} is not a time zone; write one like Europe/Berlin") from error

    @model_validator(mode="after")
    def _names_fit_together(self) -> "Recipe":
        known = [*self.files, *self.views]
        if len(known) != len(set(known)):
            raise ValueError("a view and a file have the same name")
        mappings: list[Rows] = [*self.facts, *([self.customers] if self.customers else [])]
        for mapping in mappings:
            for name in (mapping.file, *(join.file for join in mapping.join)):
                if name not in known:
                    raise ValueError(f"there is no file or view called {name}; there are {', '.join(known)}")
        if self.customers is None and (lost := [fact.name for fact in self.facts if fact.customer]):
            raise ValueError(f"{', '.join(lost)} name a customer, so `customers` must say who the customers are")
        names = [fact.name for fact in self.facts]
        if len(names) != len(set(names)):
            raise ValueError("two of the facts have the same name")
        return self

    @property
    def identity_source(self) -> str:
        """The system the customers' ids are valid in."""
        return self.system or self.name


if not set(FactTable.__args__) <= set(FACTS):  # type: ignore[attr-defined]
    raise AssertionError("A recipe may fill a table that the lake does not have.")
