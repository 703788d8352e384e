"""A task is chosen or written anew by a person; near repetitions are asked about; joining loses no history."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cases.stories import open_by_no
from tests.cast import Cast
from untilyes.cases.history import circumstances_of
from untilyes.customers.actions import forget_customer
from untilyes.feedback.facts import Circumstances
from untilyes.feedback.jobs import carry_to_lake
from untilyes.feedback.queries import find_interaction, open_lake
from untilyes.tasks.access import get_task
from untilyes.tasks.actions import (
    choose_task,
    drop_choice,
    ensure_task,
    join_tasks,
    keep_choices,
    note_matter,
    place_task,
    rename_task,
    retire_task,
    translate_task,
)
from untilyes.tasks.models import Matter, Task
from untilyes.tasks.queries import find_by_name, find_matter, list_similar, list_tasks, suggest_tasks
from untilyes.tasks.rules import AlmostTheSame, BadTask
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.tenancy import NotFound, inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SHOP = Circumstances(at=AT, source="ticket")


def told(number: int, text: str, task: str, cast: Cast) -> None:
    """A customer who wrote this and wanted that."""
    note_matter(f"case:9{number}", text, when=SHOP)
    choose_task(f"case:9{number}", task, when=SHOP, by=cast.ben, at=AT, is_another=True)


def test_a_name_that_nearly_repeats_another_is_asked_about(acme: Cast) -> None:
    ensure_task("return a present", by=acme.ben, at=AT)
    with pytest.raises(AlmostTheSame) as asked:
        ensure_task("returning a present", by=acme.ben, at=AT)
    assert asked.value.nearest == ("return a present",)
    ensure_task("returning a present", by=acme.ben, at=AT, is_another=True)
    assert Task.objects.count() == 2


def test_capitals_and_signs_make_no_other_task(acme: Cast) -> None:
    first = ensure_task("Return a present", by=acme.ben, at=AT)
    assert ensure_task("return_a  PRESENT!", by=acme.ben, at=AT) == first


def test_what_names_nothing_is_refused(acme: Cast) -> None:
    for nothing in ("", " … ", "x" * 81):
        with pytest.raises(BadTask):
            ensure_task(nothing, by=acme.ben, at=AT)


def test_a_case_s_task_reaches_the_lake_with_its_interaction(acme: Cast) -> None:
    opened = AT - timedelta(hours=3)
    episode = {"id": "order-1", "interaction_id": "order-1", "at": opened, "source": "ticket", "contacts": 4}
    open_lake().record("interactions", [episode])
    case = open_by_no(acme)
    choose_task(case.ref, "get the other shoe", when=circumstances_of(case), by=acme.ben, at=AT)
    carry_to_lake()
    known = find_interaction("order-1")
    assert known is not None
    assert (known["task"], known["contacts"], known["at"]) == ("get the other shoe", 4, opened)


def test_a_task_told_while_its_interaction_is_on_its_way_keeps_the_rest(acme: Cast) -> None:
    case = open_by_no(acme)
    choose_task(case.ref, "get the other shoe", when=circumstances_of(case), by=acme.ben, at=AT)
    drop_choice(case.ref, when=circumstances_of(case), by=acme.ben, at=AT)
    known = find_interaction("order-1")
    assert known is not None
    assert (known["task"], known["touchpoint"]) == (None, "delivery")


def test_joined_tasks_keep_names_and_matters(acme: Cast) -> None:
    told(1, "the tent came torn", "repair a tent", acme)
    told(2, "torn tent", "mend my shelter", acme)
    kept = rename_task(find_by_name("mend my shelter"), "Repair a tent", by=acme.ada, at=AT)  # type: ignore[arg-type]
    assert kept == find_by_name("mend my shelter") == find_by_name("repair a tent")
    assert kept.matters.count() == 2
    assert [one.name for one in list_tasks()] == ["repair a tent"]


def test_a_renamed_task_is_still_known_by_its_old_name(acme: Cast) -> None:
    task = ensure_task("return", by=acme.ben, at=AT)
    rename_task(task, "send it back", by=acme.ada, at=AT)
    translate_task(task, "zurückschicken", language="de", by=acme.ada, at=AT)
    assert find_by_name("Return") == find_by_name("send it back") == find_by_name("zuruckschicken") == task


def test_a_task_is_never_part_of_itself(acme: Cast) -> None:
    broad, narrow = (ensure_task(name, by=acme.ben, at=AT) for name in ("travel", "plan a trip"))
    place_task(narrow, under=broad, by=acme.ada, at=AT)
    with pytest.raises(BadTask):
        place_task(broad, under=narrow, by=acme.ada, at=AT)
    join_tasks(broad, into=narrow, by=acme.ada, at=AT)
    assert Task.objects.get().parent is None


def test_a_retired_task_is_not_offered_until_it_is_named_again(acme: Cast) -> None:
    task = retire_task(ensure_task("return", by=acme.ben, at=AT), by=acme.ada, at=AT)
    assert not list_tasks()
    ensure_task("Return", by=acme.ben, at=AT)
    assert list_tasks() == [Task.objects.get(pk=task.pk)]


def test_agents_choose_tasks_and_do_not_rename_them(acme: Cast) -> None:
    task = ensure_task("return", by=acme.ben, at=AT)
    with pytest.raises(NotAllowed):
        rename_task(task, "send back", by=acme.ben, at=AT)


def test_similar_words_suggest_the_task_with_how_many_it_rests_on(acme: Cast) -> None:
    for number, text in enumerate(("my refund is late", "still no refund", "refund missing since May", "refund?")):
        told(number, text, "get money back", acme)
    told(5, "the zip of the tent broke", "make it work again", acme)
    [first, *_] = suggest_tasks("Where is my refund?")
    assert (first.name, first.given) == ("get money back", 4)
    assert first.n >= first.given


def test_too_few_similar_words_suggest_nothing(acme: Cast) -> None:
    told(1, "my refund is late", "get money back", acme)
    assert suggest_tasks("Where is my refund?") == []


def test_nothing_is_chosen_by_itself(acme: Cast) -> None:
    for number in range(4):
        told(number, "The left shoe.", "get the other shoe", acme)
    case = open_by_no(acme)
    matter = find_matter(case.ref)
    assert matter is not None
    assert matter.task is None
    assert suggest_tasks("The left shoe.", but=case.ref)[0].name == "get the other shoe"


def test_the_words_of_somebody_forgotten_are_forgotten(acme: Cast) -> None:
    open_by_no(acme)
    assert Matter.objects.count() == 1
    forget_customer(acme.cleo, by=acme.ada, at=AT)
    assert not Matter.objects.exists()


def test_dan_finds_no_task_and_no_words(acme: Cast) -> None:
    told(1, "my refund is late", "get money back", acme)
    task = list_tasks()[0]
    with inside(acme.globex):
        assert list_tasks() == []
        assert list_similar("my refund is late") == []
        with pytest.raises(NotFound):
            get_task(task.pk, seen_by=acme.dan)


def test_a_source_that_tells_an_interaction_again_does_not_take_back_what_a_person_chose(acme: Cast) -> None:
    lake, opened = open_lake(), AT - timedelta(hours=3)
    episode = {"id": "order-1", "interaction_id": "order-1", "at": opened, "source": "ticket", "task": "complain"}
    lake.record("interactions", [episode | {"contacts": 1}])
    case = open_by_no(acme)
    choose_task(case.ref, "get the other shoe", when=circumstances_of(case), by=acme.ben, at=AT)
    carry_to_lake()
    lake.record("interactions", [episode | {"contacts": 2}])
    assert read_known("order-1") == ("complain", 2)
    assert keep_choices(lake) == 1
    assert read_known("order-1") == ("get the other shoe", 2)
    assert keep_choices(lake) == 0, "said once, it is not said again"


def test_a_source_that_uses_another_name_of_the_chosen_task_is_left_alone(acme: Cast) -> None:
    case = open_by_no(acme)
    task = choose_task(case.ref, "other shoe", when=circumstances_of(case), by=acme.ben, at=AT)
    rename_task(task, "get the other shoe", by=acme.ada, at=AT)
    carry_to_lake()
    open_lake().record("interactions", [
        {"id": "order-1", "interaction_id": "order-1", "at": AT, "source": "ticket", "task": "Other_Shoe"}
    ])  # fmt: skip
    assert keep_choices(open_lake()) == 0


def test_only_the_person_themselves_changes_or_takes_back_a_choice(acme: Cast) -> None:
    case = open_by_no(acme)
    episode = {"id": "order-1", "interaction_id": "order-1", "at": AT, "source": "ticket", "task": "complain"}
    choose_task(case.ref, "get the other shoe", when=circumstances_of(case), by=acme.ben, at=AT)
    choose_task(case.ref, "a refund", when=circumstances_of(case), by=acme.ben, at=AT, is_another=True)
    carry_to_lake()
    open_lake().record("interactions", [episode])
    keep_choices(open_lake())
    assert read_known("order-1") == ("a refund", None)
    drop_choice(case.ref, when=circumstances_of(case), by=acme.ben, at=AT)
    carry_to_lake()
    open_lake().record("interactions", [episode])
    assert keep_choices(open_lake()) == 0
    assert read_known("order-1") == ("complain", None)


def read_known(interaction_id: str) -> tuple[str | None, int | None]:
    """Task and contacts of an interaction as the lake has them."""
    known = find_interaction(interaction_id)
    assert known is not None
    return known["task"], known["contacts"]
