"""Many customers at once, as imports bring them: tens of thousands of rows a second, on the same rules as one by one.

Existing identities win, and what is known of a customer already is kept; traits follow the newest import.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from django.db import connection, models, transaction

from untilyes.customers.models import Customer, Identity, Trait
from untilyes.customers.rules import IdentityKind
from untilyes.plumbing.planning import look_at_tables_again
from untilyes.workspaces.tenancy import current_workspace

Row: TypeAlias = Mapping[str, Any]
TOLD = ("name", "language", "timezone", "joined_at")
CHUNK = 20_000
MANY = 1_000


def list_known(kind: IdentityKind, *, source: str = "") -> dict[str, str]:
    """Everybody known by an identity of this kind and source: its value → the customer's key as text."""
    identities = Identity.objects.filter(kind=kind, source=source).values_list("value", "customer_id")
    return {value: str(customer_id) for value, customer_id in identities.iterator(CHUNK)}


@transaction.atomic
def welcome_crowd(arrivals: Sequence[Row], *, system: str, traits: Mapping[str, str]) -> int:
    """Make sure that every arrival is a customer known by its identities and traits; return how many are new.

    An arrival has `customer_id`, `external_id` (valid in `system`), `email`, name, language, timezone, joined_at,
    `is_new`, and one value for each of `traits` (name → kind). Values are given as they are stored.
    """
    new = {row["customer_id"]: row for row in arrivals if row["is_new"]}
    _insert(Customer, ("id", *TOLD), (_as_customer(key, row) for key, row in new.items()))
    identities = [
        (row["customer_id"], kind, source, value)
        for row in arrivals
        for kind, source, value in (
            (IdentityKind.EXTERNAL, system, row["external_id"]),
            (IdentityKind.EMAIL, "", row["email"]),
        )
        if value
    ]
    _insert(Identity, ("customer", "kind", "source", "value"), identities)
    told = (
        (row["customer_id"], name, kind, row[name], system)
        for name, kind in traits.items()
        for row in arrivals
        if row[name]
    )
    _insert(Trait, ("customer", "name", "kind", "value", "source"), told, update=("kind", "value", "source"))
    if len(new) >= MANY:
        look_at_tables_again()
    return len(new)


def _as_customer(key: str, row: Row) -> tuple[Any, ...]:
    return (key, row["name"] or "", row["language"] or "", row["timezone"] or "", row["joined_at"])


def _insert(
    model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], *, update: Sequence[str] = ()
) -> None:
    """Insert rows of the current workspace, leaving (or updating) those that a unique constraint finds there.

    `bulk_create` builds an object for every row and takes six times as long.
    """
    about = model._meta  # noqa: SLF001 - Django's documented API, whatever its name says
    fields: list[models.Field[Any, Any]] = [about.get_field(name) for name in names]  # type: ignore[misc]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    clash = "DO NOTHING"
    if update:
        clash = "(customer_id, name) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in update)
    sql = (
        f"INSERT INTO {about.db_table} ({columns}, workspace_id) "  # noqa: S608 - names of our own models
        f"VALUES ({marks}, {int(current_workspace().pk)}) ON CONFLICT {clash}"
    )
    as_stored = [_storing(field) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[store(value) for store, value in zip(as_stored, row, strict=True)] for row in rows])


def _storing(field: Any) -> Callable[[Any], Any]:
    """How a value of this field is handed to the database."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    if kind == "UUIDField" and not connection.features.has_native_uuid_field:
        return lambda key: key.replace("-", "")
    if kind == "DateTimeField":
        return connection.ops.adapt_datetimefield_value
    return lambda value: value
