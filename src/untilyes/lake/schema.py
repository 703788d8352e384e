"""The lake's tables and columns: the single place where they are defined.

`make docs` writes `docs/reference/lake.md` from this file, and a test fails while it is stale. To add
a column: add it here. Tables that already exist gain it, empty, on the next write; older rows read null.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import pyarrow as pa


class Kind(Enum):
    """What a column holds, as Arrow stores it."""

    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"
    BIG_COUNT = "big count"
    YES_NO = "yes/no"
    INSTANT = "instant"
    DAY = "day"

    @property
    def arrow(self) -> pa.DataType:
        """The Arrow type; instants are UTC-aware microseconds (naive ones would raise Delta's protocol)."""
        return _ARROW[self]


_ARROW: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.NUMBER: pa.float64(),
    Kind.COUNT: pa.int32(),
    Kind.BIG_COUNT: pa.int64(),
    Kind.YES_NO: pa.bool_(),
    Kind.INSTANT: pa.timestamp("us", "UTC"),
    Kind.DAY: pa.date32(),
}


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, what it means, its unit, and whether it may be missing."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its grain (what one row is) and its columns, the envelope first."""

    name: str
    grain: str
    own_columns: tuple[Column, ...]
    about_customers: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column as stored: envelope, own columns, then the two the lake computes itself."""
        envelope = ENVELOPE if self.about_customers else ()
        return (*envelope, *self.own_columns, *(COMPUTED if self.about_customers else ()))

    @property
    def given(self) -> tuple[Column, ...]:
        """The columns a caller of `record` may give: all but the computed ones."""
        return tuple(column for column in self.columns if column not in COMPUTED)

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema of a stored row."""
        return pa.schema([pa.field(column.name, column.kind.arrow) for column in self.columns])


TEXT, NUMBER, COUNT, YES_NO, INSTANT = Kind.TEXT, Kind.NUMBER, Kind.COUNT, Kind.YES_NO, Kind.INSTANT

SOURCES = ("survey", "ticket", "review", "social", "chat", "call", "community", "event")

ENVELOPE = (
    Column("id", TEXT, "idempotency key: the same id is the same fact, said again or corrected", required=True),
    Column("customer_id", TEXT, "the person it is about; null when unknown; erasure goes by this column"),
    Column("interaction_id", TEXT, "the service episode it is about: the key that joins facts"),
    Column("at", INSTANT, "when it happened", "UTC", required=True),
    Column("source", TEXT, f"where we heard it: {', '.join(SOURCES)}", required=True),
    Column("channel", TEXT, "by which way: email, web, phone, chat, in_person …"),
    Column("touchpoint", TEXT, "at which step of the customer's path: delivery, billing, support …"),
    Column("team", TEXT, "who served; null when unknown"),
)

COMPUTED = (
    Column("ingested_at", INSTANT, "when the lake recorded this version of the fact", "UTC", required=True),
    Column("month", TEXT, "partition: the month of `at` in UTC", "YYYY-MM", required=True),
)

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            "answers",
            "one answered question",
            (
                Column("response_id", TEXT, "the submission it belongs to"),
                Column(
                    "question",
                    TEXT,
                    "question key: got_it, good_job, effective, trust, nps, csat, ces …",
                    required=True,
                ),
                Column(
                    "value",
                    NUMBER,
                    "the answer as a number on its own scale (yes = 1; trust: yes 2, sometimes 1, no 0)",
                ),
                Column("scale_min", NUMBER, "lowest value the question offered"),
                Column("scale_max", NUMBER, "highest value the question offered"),
                Column("higher_is_better", YES_NO, "whether the high end of the scale is the good one"),
                Column("choice", TEXT, "the chosen option's text or key, where there were options"),
                Column("weight", NUMBER, "how many the answer stands for, where its source weighs; null counts once"),
            ),
        ),
        Table(
            "comments",
            "one piece of text a customer wrote or said",
            (
                Column("response_id", TEXT, "the submission it belongs to, if any"),
                Column("language", TEXT, "language of the text", "ISO 639-1"),
                Column("text", TEXT, "what was said, as it was said", required=True),
            ),
        ),
        Table(
            "interactions",
            "one service episode: a ticket, call, chat, order …; `id` equals `interaction_id`",
            (
                Column("opened_at", INSTANT, "when it began", "UTC"),
                Column("closed_at", INSTANT, "when we considered it done; null while open", "UTC"),
                Column("task", TEXT, "what the customer wanted done"),
                Column("employee_id", TEXT, "who served last"),
                Column("contacts", COUNT, "how often the customer had to get in touch", "contacts"),
                Column("handoffs", COUNT, "how often it changed hands", "hand-offs"),
                Column("reopens", COUNT, "how often it was opened again after being closed", "reopens"),
            ),
        ),
        Table(
            "events",
            "one thing that happened",
            (
                Column("activity", TEXT, "what happened: invitation, purchase, login, visit …", required=True),
                Column("process_id", TEXT, "the process instance it is a step of"),
                Column(
                    "amount",
                    NUMBER,
                    "size of the event in the activity's own unit; for invitations 1 once answered, else 0",
                ),
                Column("duration_s", NUMBER, "how long it took", "seconds"),
            ),
        ),
        Table(
            "outcomes",
            "one promise's result for one customer; `at` is when it was promised",
            (
                Column("promise", TEXT, "key of the promise", required=True),
                Column("promised_at", INSTANT, "when we gave it", "UTC"),
                Column("due_at", INSTANT, "the external limit the customer was told", "UTC"),
                Column("target_at", INSTANT, "the stricter internal limit", "UTC"),
                Column("kept_at", INSTANT, "when we delivered, late or not; null while open", "UTC"),
                Column("waited_s", NUMBER, "what the customer experienced: from promise to delivery", "seconds"),
                Column(
                    "counted_s",
                    NUMBER,
                    "what was ours to control: the hours that count, without waiting for the customer",
                    "seconds",
                ),
                Column(
                    "was_kept", YES_NO, "whether it was kept, where a source says so without saying by when it was due"
                ),
            ),
        ),
        Table(
            "cases",
            "one case as of its last change",
            (
                Column("case_id", TEXT, "the case", required=True),
                Column("opened_at", INSTANT, "when the customer said no", "UTC", required=True),
                Column("proposed_at", INSTANT, "when we last said it is solved", "UTC"),
                Column("yes_at", INSTANT, "when the customer said yes; null until then", "UTC"),
                Column("ended_at", INSTANT, "when it ended, with a yes or without; null while open", "UTC"),
                Column("ended_how", TEXT, "yes, unreachable, withdrew, duplicate, not_ours; null while open"),
                Column("root_cause", TEXT, "why it went wrong, as recorded by who worked it"),
                Column("reopens", COUNT, "how often the customer said no to a proposed solution", "reopens"),
            ),
        ),
        Table(
            "customers",
            "one customer as last known",
            (
                Column("account_id", TEXT, "the organisation the customer belongs to"),
                Column("joined_at", INSTANT, "when the relationship began", "UTC"),
                Column("left_at", INSTANT, "when it ended; null while it lasts", "UTC"),
                Column("left_reason", TEXT, "why, as given"),
                Column("traits", TEXT, "further properties, typed by the product", "JSON object"),
            ),
        ),
        Table(
            "employees",
            "one employee in one period",
            (
                Column("employee_id", TEXT, "the employee", required=True),
                Column("period_start", INSTANT, "when the period begins", "UTC"),
                Column("period_days", NUMBER, "working days in the period", "days"),
                Column("absence_days", NUMBER, "working days absent", "days"),
            ),
        ),
        Table(
            "heard",
            "one comment as last heard: computed from what was said, written whole at every look",
            (
                Column("response_id", TEXT, "the submission it belongs to, if any"),
                Column("language", TEXT, "language of the text, as told by it", "ISO 639-1"),
                Column("tone", TEXT, "positive, neutral, negative; null where unknown"),
                Column("tone_by", TEXT, "how the tone is known: answers, list"),
                Column("kinds", TEXT, "kinds of comment, with a space between"),
                Column("topics", TEXT, "keys of its topics, with a space between"),
                Column("topic_names", TEXT, "what its topics are called, in the same order, with a line break between"),
            ),
        ),
        Table(
            "corrections",
            "one fact as it was before a correction replaced it; `at` is when it was replaced",
            (
                Column("table", TEXT, "the table the fact lives in", required=True),
                Column("fact_id", TEXT, "the corrected fact's id", required=True),
                Column("said_before", TEXT, "the whole row as it was", "JSON object", required=True),
                Column("replaced_at", INSTANT, "when it was replaced", "UTC", required=True),
            ),
        ),
        Table(
            "rollups",
            "one histogram bar: how many values of a measure fell into a bin on one day in one cell",
            (
                Column("measure", TEXT, "the measure's name", required=True),
                Column("day", Kind.DAY, "the day in the lake's time zone", required=True),
                Column("source", TEXT, "as on the facts"),
                Column("channel", TEXT, "as on the facts"),
                Column("touchpoint", TEXT, "as on the facts"),
                Column("team", TEXT, "as on the facts"),
                Column("part", TEXT, "the measure's own dimension (promise, scale …); null when it has none"),
                Column(
                    "bin",
                    Kind.BIG_COUNT,
                    "the value's bin: 0/1 for shares, the value for scores, a log-bin for durations",
                ),
                Column("n", Kind.BIG_COUNT, "how many values fell into it", "facts"),
                Column("month", TEXT, "partition: the month of `day`", "YYYY-MM", required=True),
            ),
            about_customers=False,
        ),
    )
}

DERIVED: tuple[str, ...] = ("heard",)

FACTS: tuple[str, ...] = tuple(name for name in TABLES if name not in {"corrections", "rollups", *DERIVED})
