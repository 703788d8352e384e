"""Segments: what makes somebody a member, finding groups that need different things, and counting among them."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.invented import answer
from untilyes.analysis.measures import MEASURES
from untilyes.analysis.segments.condition import (
    CAME_BY,
    CAME_FOR,
    CONTACTS,
    NOES,
    TENURE,
    WROTE_OF,
    BadCondition,
    Condition,
    How,
    read_conditions,
    simplify,
    tell,
)
from untilyes.analysis.segments.finding import Segmentation, find_segments
from untilyes.analysis.segments.members import list_members
from untilyes.lake import Lake
from untilyes.stats.results import Verdict

AT = datetime(2026, 3, 1, tzinfo=UTC)
PLAN, AGE = ("free", "paid"), (20, 70)


def customer(number: int, *, joined: float = 400, **traits: Any) -> dict[str, Any]:
    return {
        "id": f"c{number}", "customer_id": f"c{number}", "at": AT - timedelta(days=1), "source": "event",
        "joined_at": AT - timedelta(days=joined), "traits": json.dumps(traits),
    }  # fmt: skip


def came_for(number: int, task: str) -> dict[str, Any]:
    name = f"i{number}-{task}"
    return {
        "id": name, "interaction_id": name, "customer_id": f"c{number}", "at": AT - timedelta(days=9),
        "source": "ticket", "task": task,
    }  # fmt: skip


def people(lake: Lake, *, differ: bool, seed: int = 3, count: int = 3_000) -> None:
    """Older customers on the paid plan come for invoices, the others for sizes; or all for either, by chance."""
    rng = np.random.default_rng(seed)
    plans, ages = rng.choice(PLAN, count), rng.integers(*AGE, count)
    lake.record(
        "customers",
        [
            customer(number, plan=str(plans[number]), age=int(ages[number]), sign=str(rng.choice(list("abcdef"))))
            for number in range(count)
        ],
    )
    needs = [bool(plan == "paid" and age >= 45) for plan, age in zip(plans, ages, strict=True)]
    if not differ:
        needs = list(rng.permutation(needs))
    chance = {True: (0.5, 0.1), False: (0.1, 0.4)}
    lake.record(
        "interactions",
        [
            came_for(number, task)
            for number, old in enumerate(needs)
            for task, share in zip(("get an invoice", "choose a size"), chance[old], strict=True)
            if rng.random() < share
        ],
    )


def keys(lake: Lake, conditions: Sequence[Condition]) -> set[str]:
    return {row["customer_id"] for row in lake.fetch(lambda: list_members(lake, conditions, at=AT)).to_pylist()}


def test_members_meet_every_condition_and_the_unknown_meets_only_is_not(lake: Lake) -> None:
    lake.record(
        "customers",
        [customer(1, plan="paid", age=50, vip=True), customer(2, plan="free", age="44.5"), customer(3, joined=30)],
    )
    assert keys(lake, ()) == {"c1", "c2", "c3"}
    assert keys(lake, [Condition("plan", How.IS, "paid")]) == {"c1"}
    assert keys(lake, [Condition("plan", How.IS_NOT, "paid")]) == {"c2", "c3"}
    assert keys(lake, [Condition("age", How.UNDER, 50.0)]) == {"c2"}
    assert keys(lake, [Condition("age", How.FROM, 44.5)]) == {"c1", "c2"}
    assert keys(lake, [Condition("vip", How.IS, "true")]) == {"c1"}
    assert keys(lake, [Condition(TENURE, How.FROM, 12.0)]) == {"c1", "c2"}
    assert keys(lake, [Condition("plan", How.IS, "paid"), Condition("age", How.UNDER, 50.0)]) == set()


def did(number: int, days: float, **more: Any) -> dict[str, Any]:
    """One fact about a customer, so many days ago."""
    name = f"{number}-{days}-{'-'.join(map(str, more.values()))}"
    return {"id": name, "customer_id": f"c{number}", "at": AT - timedelta(days=days), "source": "ticket", **more}


def test_members_are_also_those_who_did_something_within_a_year(lake: Lake) -> None:
    lake.record("customers", [customer(number, plan="free") for number in (1, 2, 3)])
    lake.record(
        "interactions",
        [
            did(1, 9, task="get an invoice", channel="email"), did(1, 5, touchpoint="shop", channel="phone"),
            did(2, 400, task="get an invoice", channel="email"), did(2, 3, touchpoint="shop", channel="email"),
        ],
    )  # fmt: skip
    no = {"question": "effective", "value": 0.0, "scale_min": 0.0, "scale_max": 1.0}
    lake.record("answers", [did(2, 9, **no), did(2, 5, **no), did(3, 5, **no | {"value": 1.0})])
    lake.replace("heard", [did(3, 2, topics="en-1 en-12"), did(1, 2, topics="en-2"), did(2, 370, topics="en-1")])
    assert keys(lake, [Condition(CAME_FOR, How.IS, "get an invoice")]) == {"c1"}
    assert keys(lake, [Condition(CAME_FOR, How.IS, "shop")]) == {"c1", "c2"}
    assert keys(lake, [Condition(CAME_BY, How.IS_NOT, "phone")]) == {"c2", "c3"}
    assert keys(lake, [Condition(WROTE_OF, How.IS, "en-1")]) == {"c3"}, "en-12 is another topic"
    assert keys(lake, [Condition(WROTE_OF, How.IS_NOT, "en-1")]) == {"c1", "c2"}
    assert keys(lake, [Condition(CONTACTS, How.FROM, 2.0)]) == {"c1"}
    assert keys(lake, [Condition(CONTACTS, How.UNDER, 1.0)]) == {"c3"}
    assert keys(lake, [Condition(NOES, How.FROM, 2.0)]) == {"c2"}
    assert keys(lake, [Condition(NOES, How.UNDER, 1.0), Condition(CAME_BY, How.IS, "email")]) == {"c1"}


@pytest.mark.parametrize(
    ("trait", "how", "problem"), [(CONTACTS, "is", "under or from"), (WROTE_OF, "from", "is or is not")]
)
def test_what_customers_did_is_compared_as_it_can_be(trait: str, how: str, problem: str) -> None:
    with pytest.raises(BadCondition, match=problem):
        read_conditions([{"trait": trait, "how": how, "value": "3"}])


def test_what_they_did_is_told_in_words() -> None:
    written = [
        {"trait": WROTE_OF, "how": "is", "value": "en-1", "called": "late parcel"},
        {"trait": CAME_BY, "how": "is_not", "value": "phone"},
        {"trait": NOES, "how": "from", "value": "2"},
    ]
    read = read_conditions(written)
    assert tell(read) == "wrote of late parcel, did not come by phone, noes in a year from 2"
    assert read_conditions([one.to_dict() for one in simplify(read)]) == simplify(read)


def test_the_planted_groups_are_found_and_said_in_words(lake: Lake) -> None:
    people(lake, differ=True)
    found = find_segments(lake, at=AT)
    assert found.is_stable
    invoices = next(one for one in found.segments if one.differs[0].change.verdict is Verdict.BETTER)
    told = {(one.trait, one.how): one.value for one in invoices.conditions}
    assert told.keys() == {("age", How.FROM), ("plan", How.IS)} or ("plan", How.IS_NOT) in told
    assert told["age", How.FROM] == pytest.approx(45, abs=2)
    assert float(told["age", How.FROM]).is_integer(), "nobody is 44.5 years old"
    assert "sign" not in tell([one for segment in found.segments for one in segment.conditions])
    assert {one.need for segment in found.segments for one in segment.differs} == {"get an invoice", "choose a size"}


def test_a_segment_counts_the_customers_the_engine_counts(lake: Lake) -> None:
    people(lake, differ=True)
    for one in find_segments(lake, at=AT).segments:
        assert len(keys(lake, one.conditions)) == round((one.share.value or 0) * one.share.n)


@pytest.mark.parametrize("seed", range(4))
def test_where_needs_do_not_differ_nobody_is_divided(lake: Lake, seed: int) -> None:
    people(lake, differ=False, seed=seed, count=1_200)
    assert find_segments(lake, at=AT).segments == ()


def test_the_same_customers_are_divided_alike_whatever_their_order(lake: Lake) -> None:
    people(lake, differ=True)
    assert find_segments(lake, at=AT) == find_segments(Lake(lake.path, lake.zone), at=AT)


def test_few_customers_are_not_divided(lake: Lake) -> None:
    people(lake, differ=True, count=300)
    assert find_segments(lake, at=AT) == Segmentation((), 300, ("choose a size", "get an invoice"), None)


def test_a_measure_among_members_counts_their_facts_only(lake: Lake) -> None:
    lake.record("customers", [customer(n, plan=PLAN[n % 2]) for n in range(40)])
    lake.record(
        "answers",
        [answer(f"a{n}", "effective", float(n % 2), at=AT - timedelta(days=2), customer_id=f"c{n}") for n in range(40)],
    )
    lake.refresh_rollups(MEASURES.values())
    paid = partial(list_members, conditions=[Condition("plan", How.IS, "paid")], at=AT)
    reading = MEASURES["effectiveness"](lake, among=paid)
    assert (reading.total.value, reading.total.n, reading.computed_from) == (1.0, 20, "facts")
    assert MEASURES["effectiveness"](lake).total.n == 40
    assert {row["customer_id"] for row in MEASURES["effectiveness"].rows(lake, among=paid).to_pylist()} == {
        f"c{n}" for n in range(1, 40, 2)
    }


BOUNDS = st.builds(
    Condition,
    st.sampled_from(["age", "spend"]),
    st.sampled_from([How.UNDER, How.FROM]),
    st.sampled_from([1.0, 2.5, 4.0]),
)
TEXTS = st.builds(
    Condition, st.sampled_from(["plan", "land"]), st.sampled_from([How.IS, How.IS_NOT]), st.sampled_from(["a", "b"])
)
CONDITIONS = st.lists(st.one_of(BOUNDS, TEXTS), max_size=6)


@given(CONDITIONS)
def test_simplifying_loses_nobody_and_gains_nobody(conditions: list[Condition]) -> None:
    def meets(one: Condition, traits: dict[str, Any]) -> bool:
        value = traits[one.trait]
        checks = {How.IS: value == one.value, How.IS_NOT: value != one.value}
        if one.how in checks:
            return bool(checks[one.how])
        return bool(value < one.value if one.how is How.UNDER else value >= one.value)

    fewer = simplify(conditions)
    assert len(fewer) <= len(conditions)
    if {one.value for one in conditions if one.how is How.IS and one.trait == "plan"} == {"a", "b"}:
        return  # nobody meets both; what remains still says so
    for age in (0.0, 1.0, 3.0, 5.0):
        for plan in "abc":
            traits = {"age": age, "spend": age, "plan": plan, "land": plan}
            told = [all(meets(one, traits) for one in group) for group in (conditions, fewer)]
            assert told[0] == told[1] or _contradicts(conditions)


def _contradicts(conditions: list[Condition]) -> bool:
    """The same trait both is and is not a value, which nobody meets."""
    return any(one.how is How.IS and Condition(one.trait, How.IS_NOT, one.value) in conditions for one in conditions)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"trait": "", "how": "is", "value": "x"}, "what the condition is about"),
        ({"trait": "plan", "how": "like", "value": "x"}, "is, is not, under, from"),
        ({"trait": "plan", "how": "is", "value": " "}, "compared with"),
        ({"trait": "age", "how": "under", "value": "old"}, "needs one, like 12"),
    ],
)
def test_a_condition_nobody_can_meet_says_what_to_write(said: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadCondition, match=sentence):
        read_conditions([said])


def test_a_group_that_leaves_is_a_finding_told_with_its_widest_difference(lake: Lake) -> None:
    from untilyes.analysis.findings.groups import examine_groups
    from untilyes.analysis.findings.judging import judge
    from untilyes.analysis.findings.rows import read_rows

    people(lake, differ=True)
    told = judge(examine_groups(lake, until=AT.date())).findings
    assert told
    assert all(finding.change is not None and finding.change.is_real for finding in told)
    keys = [finding.key.rpartition(":")[0] for finding in told]
    assert len(keys) == len(set(keys)), "one finding a group"
    assert told[0].rows is not None
    rows = read_rows(lake, told[0].rows, until=AT.date())
    assert rows.heads == ("joined", "left")
    assert 0 < len(rows.people) <= rows.limit
    people(Lake(lake.path.parent / "alike", lake.zone), differ=False)
    assert not list(examine_groups(Lake(lake.path.parent / "alike", lake.zone), until=AT.date()))
