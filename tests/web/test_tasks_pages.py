"""Tasks at the staff door: chosen beside a case, counted on a page, completed from a playbook."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cases.stories import NO, YES, ask, open_by_no, propose, say
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.cases.actions import set_task
from untilyes.cases.learning import link_article
from untilyes.cases.models import Case
from untilyes.cases.queries import find_case_for_response
from untilyes.customers.actions import welcome_customer
from untilyes.feedback.jobs import carry_to_lake
from untilyes.feedback.queries import open_lake
from untilyes.knowledge.actions import Text, begin_article, finish_article, take_back_lesson
from untilyes.plumbing.clock import now
from untilyes.tasks.actions import ensure_task
from untilyes.tasks.actions.counting import count_from_lake
from untilyes.tasks.jobs import count_tasks, count_when_due
from untilyes.tasks.models import NextStep, Task
from untilyes.tasks.queries import find_by_name, find_matter
from untilyes.workspaces.models import Member

PAGE = "/w/acme/tasks/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(acme: Cast) -> Case:
    return open_by_no(acme, at=now() - timedelta(days=1))


@pytest.fixture
def counted(acme: Cast) -> Task:
    """40 customers wanted their money back; a label was sent to half of them, of whom all said yes."""
    lake, at = open_lake(), now() - timedelta(days=9)
    names = [f"i{n}" for n in range(40)]
    lake.record("interactions", [
        {"id": one, "interaction_id": one, "customer_id": one, "at": at, "source": "ticket", "task": "get_money_back",
         "opened_at": at, "contacts": 1} for one in names
    ])  # fmt: skip
    lake.record("events", [
        {"id": f"e{one}", "interaction_id": one, "at": at + timedelta(hours=1), "source": "event",
         "activity": "label_sent"} for one in names[:20]
    ])  # fmt: skip
    lake.record("answers", [
        {"id": f"a{one}", "interaction_id": one, "at": at + timedelta(days=1), "source": "survey",
         "question": "effective", "value": float(n < 25), "scale_min": 0.0, "scale_max": 1.0}
        for n, one in enumerate(names)
    ])  # fmt: skip
    lake.record("comments", [
        {"id": f"c{one}", "interaction_id": one, "customer_id": one, "at": at, "source": "ticket", "language": "en",
         "text": "The left shoe is missing, I want a refund."} for one in names[:6]
    ])  # fmt: skip
    assert count_from_lake(at=now())
    task = find_by_name("get money back")
    assert task is not None
    return task


def test_an_empty_page_says_what_a_task_is(acme: Cast, ada: Client) -> None:
    assert "not what they asked" in ada.get(PAGE).content.decode()


def test_tasks_of_a_source_appear_by_themselves_with_their_figures(counted: Task, ada: Client) -> None:
    page = ada.get(PAGE).content.decode()
    assert "40 interactions of the last year were about 1 task." in page
    assert "Get money back" in page
    assert "Label sent" in page
    assert "100 %" in page
    detail = ada.get(f"{PAGE}{counted.pk}/").content.decode()
    assert "63 %" in detail or "62 %" in detail
    assert "association" in detail
    assert not count_from_lake(at=now())


def test_similar_words_suggest_a_task_and_one_click_takes_it(counted: Task, case: Case, ben: Client) -> None:
    page = ben.get(f"/w/acme/cases/{case.number}/").content.decode()
    assert "Customers with similar words wanted to" in page
    assert "6 of 6" in page
    panel = ben.post(f"{PAGE}of/{case.number}/", {"task": "get money back"}, **HTMX).content.decode()  # type: ignore[arg-type]
    assert "Goes with more yeses" in panel
    matter = find_matter(case.ref)
    assert matter is not None
    assert matter.task == counted


def test_a_near_repetition_is_asked_about_and_can_be_insisted_on(case: Case, acme: Cast, ben: Client) -> None:
    ensure_task("return a present", by=acme.ben, at=now())
    asked = ben.post(f"{PAGE}of/{case.number}/", {"task": "returning a present"}, **HTMX)  # type: ignore[arg-type]
    assert asked.status_code == 422
    assert "Did you mean “return a present”" in asked.content.decode()
    ben.post(f"{PAGE}of/{case.number}/", {"task": "returning a present", "another": "yes"})
    assert Task.objects.count() == 2


def test_a_step_of_the_playbook_stands_beside_the_reply(case: Case, acme: Cast, ada: Client, ben: Client) -> None:
    task = ensure_task("get the other shoe", by=acme.ben, at=now())
    ada.post(f"{PAGE}{task.pk}/steps/", {"name": "a courier", "text": "A courier comes.", "public": "yes"})
    page = ben.post(f"{PAGE}of/{case.number}/", {"task": "get the other shoe"}, **HTMX).content.decode()  # type: ignore[arg-type]
    assert "A courier comes." in page
    assert "too few sent to tell yet" in page
    ada.post(f"{PAGE}{task.pk}/steps/{NextStep.objects.get().pk}/retire/")
    assert "A courier comes." not in ada.get(f"{PAGE}{task.pk}/").content.decode()


def test_the_name_of_another_task_makes_the_two_one(acme: Cast, ada: Client) -> None:
    one, other = (ensure_task(name, by=acme.ben, at=now()) for name in ("return", "send it back"))
    answer = ada.post(f"{PAGE}{one.pk}/rename/", {"name": "Send it back"}, follow=True)
    assert answer.status_code == 200
    assert list(Task.objects.all()) == [other]


def test_the_card_tells_their_history(case: Case, ben: Client) -> None:
    page = ben.get(f"/w/acme/cases/{case.number}/").content.decode()
    assert "Whether it was a yes, the newest last" in page
    assert "What they want to get done" in page


def test_an_agent_writes_no_playbook(acme: Cast, ben: Client) -> None:
    task = ensure_task("return", by=acme.ben, at=now())
    assert ben.post(f"{PAGE}{task.pk}/steps/", {"name": "x", "text": "y"}).status_code == 403


def test_dan_finds_no_tasks(case: Case, acme: Cast, dan: Client) -> None:
    task = ensure_task("return", by=acme.ben, at=now())
    assert dan.get(PAGE).status_code == 404
    assert dan.get(f"{PAGE}{task.pk}/").status_code == 404
    assert dan.post(f"{PAGE}of/{case.number}/", {"task": "return"}).status_code == 404
    assert dan.get(f"/w/globex/tasks/{task.pk}/").status_code == 404


def test_counting_is_an_errand_only_where_something_changed(counted: Task) -> None:
    assert count_when_due() == 0
    ensure_task("return", at=now())
    assert count_when_due() == 1
    assert count_tasks(counted.workspace_id)
    assert count_when_due() == 0


def test_every_number_of_a_task_leads_to_as_many_interactions(counted: Task, ada: Client) -> None:
    for asked, n in (
        ("of=episodes", 40), ("of=answered", 40), ("of=contacts", 40),
        ("of=with&step=event:label_sent", 20), ("of=without&step=event:label_sent", 20),
    ):  # fmt: skip
        page = ada.get(f"{PAGE}{counted.pk}/rows/?{asked}").content.decode()
        assert f"{n} interactions, the newest first" in page, asked
        assert page.count('data-label="In the end"') == n
    with_it = ada.get(f"{PAGE}{counted.pk}/rows/?of=with&step=event:label_sent").content.decode()
    assert "with the step “label sent”" in with_it
    assert with_it.count('<td data-label="In the end">yes') == 20
    links = ada.get(PAGE).content.decode() + ada.get(f"{PAGE}{counted.pk}/").content.decode()
    for of in (
        "episodes",
        "answered",
        "contacts",
        "with&amp;step=event:label_sent",
        "without&amp;step=event:label_sent",
    ):
        assert f"/tasks/{counted.pk}/rows/?of={of}" in links


def test_rows_of_a_task_come_a_page_at_a_time_and_lead_to_the_customer(counted: Task, acme: Cast, ada: Client) -> None:
    at = now() - timedelta(days=3)
    open_lake().record("interactions", [
        {"id": f"n{n}", "interaction_id": f"n{n}", "customer_id": str(acme.cleo.pk), "at": at + timedelta(minutes=n),
         "source": "ticket", "task": "Get money back"} for n in range(15)
    ])  # fmt: skip
    count_from_lake(at=now())
    first, last = (ada.get(f"{PAGE}{counted.pk}/rows/?of=episodes&page={n}").content.decode() for n in (1, 2))
    assert "55 interactions" in first
    assert (first.count('data-label="In the end"'), last.count('data-label="In the end"')) == (50, 5)
    assert f"/w/acme/customers/{acme.cleo.pk}/" in first
    assert first.index(">n14<") < first.index(">n13<")


def test_rows_name_customers_and_are_shown_to_nobody_else(
    counted: Task, vera: Member, ada: Client, dan: Client
) -> None:
    looking_on = sign_in("vera@acme.example")
    assert looking_on.get(f"{PAGE}{counted.pk}/rows/?of=episodes").status_code == 403
    assert "/rows/" not in looking_on.get(PAGE).content.decode()
    assert dan.get(f"{PAGE}{counted.pk}/rows/?of=episodes").status_code == 404
    assert dan.get(f"/w/globex/tasks/{counted.pk}/rows/?of=episodes").status_code == 404
    for nonsense in ("", "?of=everything", "?of=followed", "?of=followed&then=99999999"):
        assert ada.get(f"{PAGE}{counted.pk}/rows/{nonsense}").status_code == 404


def test_an_article_used_before_the_yes_is_among_what_completes_a_task(acme: Cast, ada: Client) -> None:
    began = now() - timedelta(days=20)
    article = finish_article(begin_article(Text("A left shoe is missing", "Send it."), by=acme.ben, at=began),
                             by=acme.ben, at=began)  # fmt: skip
    wrong = begin_article(Text("Laces", "Tie them."), by=acme.ben, at=began)
    for n in range(22):
        customer = welcome_customer(email=f"c{n}@customer.example", name=f"C {n}")
        said = say(ask(acme, customer=customer, interaction_id=f"shoe-{n}", at=began), NO, at=began)
        case = find_case_for_response(said.pk)
        assert case is not None
        set_task(case, "get the other shoe", by=acme.ben, at=began)
        if n < 11:
            link_article(case, article, by=acme.ben, at=began + timedelta(hours=1))
            take_back_lesson(link_article(case, wrong, by=acme.ben, at=began), by=acme.ben, at=began)
        answer = YES if n < 11 else NO
        say(propose(acme, case, at=began + timedelta(hours=2)), answer, at=began + timedelta(hours=3))
    carry_to_lake()
    count_from_lake(at=now())
    task = find_by_name("get the other shoe")
    assert task is not None
    page = ada.get(f"{PAGE}{task.pk}/").content.decode()
    assert "Article “A left shoe is missing”" in page
    assert f"/knowledge/{article.number}/" in page
    assert "Laces" not in page
    rows = ada.get(f"{PAGE}{task.pk}/rows/?of=with&step=event:article:{article.number}").content.decode()
    assert "11 interactions" in rows
    assert "with the step “article “A left shoe is missing””" in rows


def test_what_a_source_told_of_the_interaction_is_offered_until_somebody_here_chooses(
    counted: Task, acme: Cast, ben: Client
) -> None:
    said = say(ask(acme, interaction_id="i3", at=now() - timedelta(days=1)), NO, at=now() - timedelta(days=1))
    case = find_case_for_response(said.pk)
    assert case is not None
    offered = ben.get(f"/w/acme/cases/{case.number}/").content.decode()
    assert "Told by the source: get money back" in offered
    matter = find_matter(case.ref)
    assert matter is not None
    assert matter.task is None, "nothing is chosen by itself"
    ben.post(f"{PAGE}of/{case.number}/", {"task": "get money back"})
    assert "Told by the source" not in ben.get(f"/w/acme/cases/{case.number}/").content.decode()
