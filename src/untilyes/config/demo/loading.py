"""Two years of history into the two stores: people into the database, facts into the lake, both in bulk."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from untilyes.customers.crowds import welcome_crowd
from untilyes.customers.models import Account, Customer
from untilyes.feedback.queries import open_lake
from untilyes.insights.actions import work_out
from untilyes.insights.models import Reckoning
from untilyes.insights.worked_out import CROWD, USUAL_PATHS
from untilyes.plumbing.clock import now
from untilyes.sim import Company, Person
from untilyes.tasks.actions.counting import count_from_lake

Advance = Callable[[int], None]
SHOP = "shop"  # the system in which fw-000001 means somebody
_BATCH = 2_000
_TRAITS = ("plan", "travels", "age_band", "country", "favourite_season", "birth_month", "paper_catalogue")


def load_people(company: Company, *, advance: Advance) -> None:
    """Welcome all customers and put them into their accounts; `advance` is told how many were added."""
    facts = company.tables["customers"].select(["customer_id", "joined_at", "traits"]).to_pylist()
    known = {fact["customer_id"]: fact for fact in facts}
    for start in range(0, len(company.people), _BATCH):
        people = company.people[start : start + _BATCH]
        arrivals = [_arrival(person, known[person.customer_id]) for person in people]
        welcome_crowd(arrivals, system=SHOP, traits=dict.fromkeys(_TRAITS, "text"))
        advance(len(people))
    _open_accounts(company.people)


def load_facts(tables: dict[str, pa.Table], *, but: Collection[str], hired: dict[str, str], advance: Advance) -> None:
    """Record every table in the lake, `advance` being told the rows of each.

    `but` names interactions whose feedback is left out, because the product's own verbs are about to tell it.
    """
    lake = open_lake()
    for name, table in tables.items():
        lake.record(name, _with_employees(_without_feedback(name, table, but), hired))
        advance(table.num_rows)


def summarise() -> None:
    """Bring the roll-ups up to date, so that the first screen is as quick as every other."""
    from untilyes.analysis.measures import MEASURES  # noqa: PLC0415 - the engine takes most of a second to load

    open_lake().refresh_rollups(MEASURES.values())


def count_ahead(at: datetime) -> None:
    """Work out now what the worker would in its first minutes, so that no page is empty at first sight."""
    with transaction.atomic():
        count_from_lake(at=at)
    for about in (CROWD, USUAL_PATHS):
        work_out(Reckoning.objects.get_or_create(about=about, defaults={"asked_at": at})[0], clock=now)


def _arrival(person: Person, fact: dict[str, object]) -> dict[str, object]:
    traits = json.loads(str(fact["traits"]))
    return {
        "customer_id": person.customer_id,
        "external_id": person.shop_id,
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "timezone": person.zone,
        "joined_at": fact["joined_at"],
        "is_new": True,
    } | {name: traits[name] for name in _TRAITS}


@transaction.atomic
def _open_accounts(people: list[Person]) -> None:
    members: dict[str, list[str]] = defaultdict(list)
    for person in people:
        if person.account_id:
            members[person.account_id].append(person.customer_id)
    for key, customers in sorted(members.items()):
        account = Account.objects.create(name=f"Company {key.removeprefix('acct-')}", external_id=key)
        Customer.objects.filter(pk__in=customers).update(account=account)


def _without_feedback(name: str, table: pa.Table, but: Collection[str]) -> pa.Table:
    if not but or name not in {"answers", "comments", "cases", "events"}:
        return table
    told = pc.is_in(table["interaction_id"], pa.array(sorted(but)))
    return table.filter(pc.invert(pc.and_(told, pc.equal(table["source"], "survey"))))


def _with_employees(table: pa.Table, hired: dict[str, str]) -> pa.Table:
    """Name employees as the product does."""
    if "employee_id" not in table.column_names:
        return table
    coded = table["employee_id"].combine_chunks().dictionary_encode()
    names = pa.array([hired[key] for key in coded.dictionary.to_pylist()], pa.string())
    return table.set_column(table.column_names.index("employee_id"), "employee_id", names.take(coded.indices))
