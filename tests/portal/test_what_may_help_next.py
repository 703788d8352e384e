"""On their own page customers read what may complete their task: public steps, in their language, and nothing else."""

from collections.abc import Iterator

import pytest
from django.test import Client

from tests.cases.stories import AT, open_by_no
from tests.cast import Cast
from untilyes.cases.actions import set_task
from untilyes.cases.links import link_to_case
from untilyes.cases.models import Case
from untilyes.tasks.actions import retire_step, translate_task, write_step
from untilyes.tasks.models import NextStep, Task
from untilyes.workspaces.tenancy import inside


@pytest.fixture
def case(cast: Cast) -> Iterator[Case]:
    with inside(cast.acme):
        found = open_by_no(cast)
        set_task(found, "get the other shoe", by=cast.ben, at=AT)
        yield found


def read(case: Case, language: str = "en") -> str:
    address = link_to_case(case)
    return Client().get(address[address.index("/c/") :] + f"?lang={language}").content.decode()


def test_a_public_step_stands_on_the_customer_s_page(cast: Cast, case: Case) -> None:
    task = Task.objects.get()
    write_step(task, "A courier takes the wrong one back", "Ours.", by=cast.ada, at=AT, is_public=True)
    write_step(task, "Only among ourselves", "Ours.", by=cast.ada, at=AT)
    page = read(case)
    assert "This may help next" in page
    assert "A courier takes the wrong one back" in page
    assert "Only among ourselves" not in page
    assert "get the other shoe" not in page
    assert "A courier" not in read(case, "de")


def test_a_task_is_named_as_customers_call_it(cast: Cast, case: Case) -> None:
    task = Task.objects.get()
    write_step(task, "A courier takes the wrong one back", "Ours.", by=cast.ada, at=AT, is_public=True)
    translate_task(task, "have both shoes", language="en", by=cast.ada, at=AT)
    assert "If you want to have both shoes, this may help next" in read(case)


def test_a_step_offered_no_more_is_gone(cast: Cast, case: Case) -> None:
    write_step(Task.objects.get(), "A courier takes it back", "Ours.", by=cast.ada, at=AT, is_public=True)
    retire_step(NextStep.objects.get(), by=cast.ada, at=AT)
    assert "A courier" not in read(case)
