"""What happens in cases moves the figures everybody sees, and is forgotten there too."""

from functools import partial

import pytest

from tests.cases.stories import AT, DAY, HOUR, NO, YES, open_by_no, propose, say
from tests.cast import Cast
from untilyes.analysis.measures import MEASURES
from untilyes.cases.actions import add_note, end_case
from untilyes.cases.models import Case, CaseEntry, CaseMessage
from untilyes.cases.rules import EndedHow
from untilyes.customers.actions import forget_customer
from untilyes.feedback.jobs import carry_to_lake
from untilyes.feedback.queries import open_lake
from untilyes.promises.models import Clock
from untilyes.surveys.models import Invitation, Response


def test_time_to_yes_and_the_share_of_noes_that_became_yes_move(acme: Cast) -> None:
    case = open_by_no(acme)
    assert read_measure("no_to_yes") == (None, 0)  # not over yet
    question = propose(acme, case, at=AT + HOUR)
    say(question, YES, at=AT + 10 * HOUR)
    assert read_measure("no_to_yes") == (1.0, 1)
    value, n = read_measure("time_to_yes")
    assert n == 1
    assert value == pytest.approx(10 * 3600, rel=0.1)
    say(question, NO, at=AT + 20 * HOUR)
    assert read_measure("no_to_yes") == (None, 0)  # a yes taken back is no yes
    say(question, YES, at=AT + 30 * HOUR)
    assert read_measure("time_to_yes")[0] == pytest.approx(30 * 3600, rel=0.1)


def test_an_ended_case_is_counted_as_a_no_that_never_became_a_yes(acme: Cast) -> None:
    case = open_by_no(acme)
    end_case(case, how=EndedHow.NOT_OURS, reason="The carrier's.", by=acme.ada, at=AT + HOUR)
    assert read_measure("no_to_yes") == (0.0, 1)


def test_erasure_forgets_the_case_its_words_and_its_clock(acme: Cast) -> None:
    case = open_by_no(acme)
    add_note(case, "Sounds upset.", by=acme.ben, at=AT)
    carry_to_lake()
    forget_customer(acme.cleo, at=AT + DAY, by=acme.ada)
    carry_to_lake()
    for model in (Case, CaseEntry, CaseMessage, Clock, Response, Invitation):
        assert not model.objects.exists()
    lake = open_lake()
    for table in ("cases", "outcomes", "answers", "comments"):
        assert lake.fetch(partial(lake.read, table)).num_rows == 0, table


def read_measure(name: str) -> tuple[float | None, float]:
    """The measure over everything in Acme's lake, once the worker has carried what waited."""
    carry_to_lake()
    total = MEASURES[name](open_lake(), floor=1, now=AT + 40 * HOUR).total
    return total.value, total.n
