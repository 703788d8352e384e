"""Cases find somebody by themselves: fairly, within what people can take, and never twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as some

from tests.automation.crew import complain, employee_of, hire, team_called
from tests.cases.stories import AT, DAY, HOUR, fresh
from tests.cast import Cast, assemble_cast
from untilyes.automation.actions import give_case, share_work
from untilyes.automation.choosing import Person, Strategy, choose_person
from untilyes.automation.jobs import give_waiting_cases
from untilyes.automation.queries import list_team_lines, list_waiting
from untilyes.cases.models import Case
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.actions import describe_employee, set_away
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

PEOPLE = some.lists(
    some.builds(
        Person,
        key=some.integers(1, 99),
        open_cases=some.integers(0, 9),
        most_cases=some.none() | some.integers(0, 9),
        last_turn=some.integers(0, 9),
        skills=some.frozensets(some.sampled_from(["de", "returns", "phone"])),
    ),
    unique_by=lambda person: person.key,
    max_size=6,
)


@given(people=PEOPLE, strategy=some.sampled_from(Strategy), order=some.randoms())
def test_whose_turn_it_is_does_not_depend_on_the_order_people_are_listed_in(people, strategy, order) -> None:  # type: ignore[no-untyped-def]
    shuffled = order.sample(people, len(people))
    assert choose_person(people, strategy, needs=["de"]) == choose_person(shuffled, strategy, needs=["de"])


@given(people=PEOPLE, strategy=some.sampled_from(Strategy))
def test_nobody_is_given_more_than_they_can_take(people: list[Person], strategy: Strategy) -> None:
    chosen = choose_person(people, strategy)
    assert (chosen is None) == (not any(person.has_room for person in people))
    assert chosen is None or chosen.has_room


def test_the_skill_a_case_needs_comes_before_an_empty_desk() -> None:
    knows, idle = Person(1, open_cases=5, skills=frozenset({"de"})), Person(2)
    assert choose_person([knows, idle], Strategy.BY_SKILL, needs=["DE"]) == knows
    assert choose_person([knows, idle], Strategy.BY_SKILL, needs=["pt"]) == idle
    assert choose_person([knows, idle], Strategy.LEAST_LOADED, needs=["de"]) == idle


def test_round_robin_goes_round(acme: Cast) -> None:
    anna, bela, carl = (hire(acme, name) for name in ("Anna", "Bela", "Carl"))
    team = team_called()
    given_to = [give_case(complain(acme, at=AT + n * HOUR), team, because="Turns", at=AT) for n in range(7)]
    assert given_to == [anna, bela, carl, anna, bela, carl, anna]


def test_the_history_says_what_gave_the_case_and_to_whom(acme: Cast) -> None:
    anna = hire(acme, "Anna")
    case = complain(acme)
    give_case(case, team_called(), because="Sharing out", at=AT)
    entry = case.history.get(step="assigned")
    assert (entry.by, entry.by_name, entry.detail["to"], entry.state) == (None, "Sharing out", str(anna), "working")


def test_who_is_away_or_full_is_passed_over_and_given_work_again_when_back(acme: Cast) -> None:
    anna, bela = hire(acme, "Anna"), hire(acme, "Bela")
    set_away(employee_of(anna), AT + DAY, by=anna, at=AT)
    describe_employee(employee_of(bela), skills=[], most_cases=1, by=acme.ada, at=AT)
    share_work(team_called(), Strategy.LEAST_LOADED, gives_by_itself=True, by=acme.ada, at=AT)
    first, second = complain(acme), complain(acme, at=AT + HOUR)
    assert give_waiting_cases(AT) == 1
    assert (fresh(first).assignee, fresh(second).assignee) == (bela, None)
    assert give_waiting_cases(AT + HOUR) == 0
    assert give_waiting_cases(AT + DAY) == 1
    assert fresh(second).assignee == anna


def test_a_team_that_does_not_share_by_itself_waits_for_people(acme: Cast) -> None:
    hire(acme, "Anna")
    case = complain(acme)
    share_work(team_called(), Strategy.ROUND_ROBIN, gives_by_itself=False, by=acme.ada, at=AT)
    assert give_waiting_cases(AT) == 0
    assert list_waiting(team_called()) == [case]


def test_somebody_who_may_not_work_cases_or_has_left_is_given_none(acme: Cast) -> None:
    hire(acme, "Vera", role=Role.VIEWER)
    gone = employee_of(hire(acme, "Gone"))
    gone.left_on = AT.date() - timedelta(days=1)
    gone.save()
    assert give_case(complain(acme), team_called(), because="Turns", at=AT) is None


def test_a_case_somebody_has_stays_theirs(acme: Cast) -> None:
    anna, _ = hire(acme, "Anna"), hire(acme, "Bela")
    case = complain(acme)
    assert give_case(case, team_called(), because="Turns", at=AT) == anna
    assert give_case(case, team_called(), because="Turns", at=AT) == anna
    assert case.history.filter(step="assigned").count() == 1


def test_only_leaders_say_how_work_is_shared_and_everybody_says_when_they_are_away(acme: Cast) -> None:
    anna = hire(acme, "Anna")
    with pytest.raises(NotAllowed):
        share_work(team_called(), Strategy.BY_SKILL, gives_by_itself=True, by=anna, at=AT)
    with pytest.raises(NotAllowed):
        describe_employee(employee_of(anna), skills=["de"], most_cases=9, by=anna, at=AT)
    with pytest.raises(NotAllowed):
        set_away(employee_of(anna), AT + DAY, by=acme.ben, at=AT)


def test_the_other_house_shares_nothing_of_ours(acme: Cast) -> None:
    hire(acme, "Anna")
    share_work(team_called(), Strategy.ROUND_ROBIN, gives_by_itself=True, by=acme.ada, at=AT)
    with inside(acme.globex):
        assert list_team_lines(at=AT) == []


@pytest.mark.django_db(transaction=True)
def test_many_givings_at_once_give_each_case_once_and_to_everybody_alike(lake_root: Path) -> None:
    if connection.vendor == "sqlite":
        pytest.skip(
            "the SQLite of a test is one connection's memory; threads need PostgreSQL (python -m tests.postgres)"
        )
    cast = assemble_cast()
    with inside(cast.acme):
        crew = [hire(cast, name) for name in ("Anna", "Bela", "Carl")]
        cases = [complain(cast, at=AT + n * HOUR) for n in range(10)]
        team = team_called()

    def give(key: int) -> None:
        try:
            with inside(cast.acme):
                give_case(Case.objects.get(pk=key), team, because="Turns", at=AT)
        finally:
            connections.close_all()

    twice = [case.pk for case in cases for _ in range(2)]
    with ThreadPoolExecutor(max_workers=6) as threads:
        list(threads.map(give, twice))
    with inside(cast.acme):
        given_to = Counter(Case.objects.values_list("assignee", flat=True))
        assigned = Counter(Case.objects.filter(history__step="assigned").values_list("pk", flat=True))
    assert set(given_to) == {member.pk for member in crew}
    assert max(given_to.values()) - min(given_to.values()) <= 1
    assert set(assigned.values()) == {1}
