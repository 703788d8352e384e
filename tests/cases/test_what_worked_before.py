"""What worked before: cases like this one that ended in a yes, and actions with enough answers to tell."""

from datetime import timedelta

from tests.cases.stories import AT, CAUSE, DAY, HOUR, YES, fresh, open_by_no, propose, say
from tests.cast import Cast
from untilyes.cases.actions import set_root_cause, set_task, write_to_customer
from untilyes.cases.learning import link_article
from untilyes.cases.models import Case
from untilyes.cases.queries import read_evidence
from untilyes.feedback.models import OutboxEntry
from untilyes.knowledge.actions import Text, begin_article, finish_article
from untilyes.tasks.actions import write_step
from untilyes.tasks.models import StepGiven
from untilyes.tasks.queries import find_by_name

STEP = "A courier takes the wrong one back when the right one comes."


def live(cast: Cast, number: int, *, ends: bool, text: str) -> Case:
    """A case about an order of its own, proposed once and answered."""
    at = AT + number * DAY
    case = open_by_no(cast, interaction_id=f"past-{number}", at=at)
    set_task(case, "get the other shoe", by=cast.ben, at=at)
    asked = propose(cast, case, text, at=at + HOUR)
    say(asked, YES if ends else {"got_it": "no", "good_job": "no"}, at=at + 2 * HOUR)
    return fresh(case)


def playbook(cast: Cast) -> None:
    """Ada has written down what completes the task."""
    first = open_by_no(cast, interaction_id="first", at=AT - DAY)
    set_task(first, "get the other shoe", by=cast.ben, at=AT - DAY)
    task = find_by_name("get the other shoe")
    assert task is not None
    write_step(task, "a courier to take it back", STEP, by=cast.ada, at=AT - DAY, is_public=True)


def test_a_case_like_it_shows_the_words_its_yes_followed(acme: Cast) -> None:
    past = live(acme, 1, ends=True, text="We sent the left shoe by courier.")
    live(acme, 2, ends=False, text="Please wait.")
    [alike] = read_evidence(open_by_no(acme, interaction_id="new", at=AT + 9 * DAY)).alike
    assert (alike.number, alike.proposal) == (past.number, "We sent the left shoe by courier.")
    assert alike.took == timedelta(hours=2)
    assert "similar words" in alike.alike


def test_a_handful_of_answers_recommends_nothing(acme: Cast) -> None:
    playbook(acme)
    for number in range(3):
        live(acme, number, ends=True, text=STEP)
    case = open_by_no(acme, interaction_id="new", at=AT + 40 * DAY)
    set_root_cause(case, CAUSE, by=acme.ben, at=AT + 40 * DAY)
    evidence = read_evidence(case)
    assert (evidence.kind, evidence.answered, evidence.actions) == (CAUSE, 3, ())


def test_an_action_is_told_with_its_share_and_how_many_answered(acme: Cast) -> None:
    playbook(acme)
    for number in range(10):
        live(acme, number, ends=number < 9, text=f"Hello Cleo. {STEP} Regards, Ben")
    for number in range(10, 20):
        live(acme, number, ends=number < 13, text="Please wait.")
    case = open_by_no(acme, interaction_id="new", at=AT + 40 * DAY)
    set_root_cause(case, CAUSE, by=acme.ben, at=AT + 40 * DAY)
    evidence = read_evidence(case)
    [action] = evidence.actions
    assert (action.name, action.yes.n, action.yes.value) == ("a courier to take it back", 10, 0.9)
    assert action.yes.low is not None
    assert evidence.overall.value == 12 / 20


def test_a_step_sent_is_told_to_the_lake_once(acme: Cast) -> None:
    playbook(acme)
    case = open_by_no(acme, interaction_id="new", at=AT)
    set_task(case, "get the other shoe", by=acme.ben, at=AT)
    for hour in (1, 2):
        write_to_customer(case, f"{hour}: {STEP}", by=acme.ben, at=AT + hour * HOUR)
    assert StepGiven.objects.count() == 1
    [event] = OutboxEntry.objects.filter(table="events", fact__activity__startswith="next_step:")
    assert event.fact["interaction_id"] == "new"


def test_an_article_is_told_by_its_title_where_it_is_recommended_and_where_it_was_used(acme: Cast) -> None:
    article = finish_article(
        begin_article(Text("A left shoe is missing", "Send it."), by=acme.ben, at=AT), by=acme.ben, at=AT
    )
    for number in range(12):
        at = AT + number * DAY
        case = open_by_no(acme, interaction_id=f"past-{number}", at=at)
        link_article(case, article, by=acme.ben, at=at)
        say(propose(acme, case, at=at + HOUR), YES, at=at + 2 * HOUR)
    case = open_by_no(acme, interaction_id="new", at=AT + 40 * DAY)
    set_root_cause(case, CAUSE, by=acme.ben, at=AT + 40 * DAY)
    evidence = read_evidence(case)
    assert [(one.name, one.yes.n) for one in evidence.actions] == [("Use “A left shoe is missing”", 12)]
    assert {one.articles for one in evidence.alike} == {((article, "A left shoe is missing"),)}
