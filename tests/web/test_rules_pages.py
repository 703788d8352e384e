"""The pages of rules: written in a form, tried on what has happened, switched on, and read back in the log."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.automation.crew import complain, employee_of, hire, team_called
from tests.automation.ruling import follow, rule
from tests.cases.stories import AT, open_by_no
from tests.cast import Cast
from tests.web.conftest import sign_in
from untilyes.automation.models import Rule, RuleRun, TeamSharing
from untilyes.automation.queries import list_rules, list_runs
from untilyes.plumbing.clock import now
from untilyes.workspaces.models import Member

PAGE = "/w/acme/rules/"
SENT: dict[str, Any] = {
    "name": "Left shoes first",
    "when": "opened",
    "number": "",
    "about": ["words", "team"],
    "subject": ["", ""],
    "how": ["contains", "is"],
    "value": ["left", ""],
    "does": ["priority", "tell", ""],
    "to": ["urgent", "leaders", ""],
    "text": ["", "Have a look.", ""],
}
OK, FOUND, FORBIDDEN, NOT_FOUND, REFUSED = 200, 302, 403, 404, 422


def text_of(page: Any) -> str:
    """What a reader sees of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_ada_writes_a_rule_tries_it_and_switches_it_on(acme: Cast, ada: Client) -> None:
    for n in range(3):
        open_by_no(acme, interaction_id=f"order-{n}", at=now())
    other = complain(acme, at=now())
    tried = ada.post(f"{PAGE}new/", SENT | {"do": "try"})
    assert "It would have touched 4 of 4 cases" in text_of(tried)  # both kinds speak of a left shoe
    assert f"#{other.number}" in text_of(tried)
    assert Rule.objects.count() == 0
    kept = ada.post(f"{PAGE}new/", SENT | {"do": "keep"})
    (made,) = Rule.objects.all()
    assert (kept.status_code, made.is_on) == (FOUND, False)
    assert [one["about"] for one in made.told["conditions"]] == ["words"]
    ada.post(f"{PAGE}{made.pk}/switch/", {"is_on": "yes"})
    assert Rule.objects.get().is_on
    listed = text_of(ada.get(PAGE))
    sentence = (
        "When a case is opened, if what the customer wrote contains left: make it urgent; tell the leaders by mail."
    )
    assert sentence in listed


def test_a_refused_rule_says_what_to_write_and_keeps_what_was_typed(acme: Cast, ada: Client) -> None:
    page = ada.post(f"{PAGE}new/", SENT | {"do": "keep", "to": ["loud", "leaders", ""]})
    assert page.status_code == REFUSED
    assert "Say which priority the case gets" in text_of(page)
    assert 'value="Left shoes first"' in page.content.decode()
    assert 'value="Have a look."' in page.content.decode()
    assert not Rule.objects.exists()


def test_more_rows_keep_what_is_there(acme: Cast, ada: Client) -> None:
    page = ada.post(f"{PAGE}new/", SENT | {"do": "more"}).content.decode()
    assert page.count('name="value"') == 1 + 3
    assert page.count('name="does"') == 2 + 3
    assert 'value="left"' in page


def test_a_standing_rule_comes_back_in_its_form_as_it_was_written(acme: Cast, ada: Client) -> None:
    ada.post(f"{PAGE}new/", SENT | {"do": "keep"})
    made = Rule.objects.get()
    page = ada.get(f"{PAGE}{made.pk}/").content.decode()
    assert '<option value="words" selected>' in page
    assert '<option value="leaders" selected>' in page
    ada.post(f"{PAGE}{made.pk}/", SENT | {"do": "keep", "name": "Renamed"})
    again = Rule.objects.get()
    assert (again.name, again.told) == ("Renamed", made.told)


def test_every_offered_rule_can_be_taken_up_from_the_page(acme: Cast, ada: Client) -> None:
    keys = re.findall(r"/rules/offered/(\w+)/", ada.get(PAGE).content.decode())
    assert len(keys) > 3
    for key in keys:
        assert ada.post(f"{PAGE}offered/{key}/").status_code == FOUND
    assert [line.rule.is_on for line in list_rules(at=AT)] == [False] * len(keys)
    assert "Rules to begin with" not in text_of(ada.get(PAGE))
    assert ada.post(f"{PAGE}offered/nothing/").status_code == NOT_FOUND


def test_the_log_shows_what_was_done_and_a_failure_can_be_repeated(acme: Cast, ada: Client) -> None:
    rule(acme, "opened", {"does": "share_out", "to": f"team:{team_called().pk}"}, name="Share")
    case = open_by_no(acme)
    follow(at=AT)
    page = text_of(ada.get(f"{PAGE}did/"))
    assert "Nobody in Shoes has room and is here." in page
    assert f"#{case.number}" in page
    anna = hire(acme, "Anna")
    (run,) = list_runs()
    ada.post(f"{PAGE}did/{run.pk}/repeat/")
    case.refresh_from_db()
    assert case.assignee == anna
    assert "Gave it to Anna, whose turn it is in Shoes" in text_of(ada.get(f"{PAGE}did/?rule={run.rule_id}"))


def test_the_order_is_changed_by_moving(acme: Cast, ada: Client) -> None:
    first, second = rule(acme, "opened", name="First"), rule(acme, "opened", name="Second")
    ada.post(f"{PAGE}{second.pk}/move/", {"to": "up"})
    assert [line.rule for line in list_rules(at=AT)] == [second, first]
    ada.post(f"{PAGE}{second.pk}/retire/")
    assert [line.rule for line in list_rules(at=AT)] == [first]


def test_a_team_shares_out_and_its_people_say_what_they_know_and_when_they_are_back(acme: Cast, ada: Client) -> None:
    anna = hire(acme, "Anna")
    team, employee = team_called(), employee_of(anna)
    ada.post(f"{PAGE}teams/{team.pk}/", {"strategy": "by_skill", "gives_by_itself": "yes"})
    ada.post(f"{PAGE}people/{employee.pk}/", {"skills": "DE, returns", "most_cases": "4"})
    ada.post(f"{PAGE}people/{employee.pk}/away/", {"back_on": "2999-01-02"})
    sharing = TeamSharing.objects.get()
    assert (sharing.strategy, sharing.gives_by_itself) == ("by_skill", True)
    page = ada.get(f"{PAGE}teams/")
    assert 'value="de, returns"' in page.content.decode()
    assert 'value="2999-01-02"' in page.content.decode()
    assert "away" in text_of(page)
    sign_in("anna@acme.example").post(f"{PAGE}people/{employee.pk}/away/", {"back_on": ""})
    assert employee_of(anna).is_here(now())


@pytest.mark.parametrize(
    ("address", "sent", "told"),
    [
        ("teams/{team}/", {"strategy": "by_luck"}, "Choose how"),
        ("people/{person}/", {"most_cases": "many"}, "Write how many"),
        ("people/{person}/", {"skills": "x" * 50}, "A skill is a word or two"),
        ("people/{person}/away/", {"back_on": "2026-02-31"}, "There is no such day"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_a_sentence(
    acme: Cast, ada: Client, address: str, sent: dict[str, str], told: str
) -> None:
    person = employee_of(hire(acme, "Anna"))
    page = ada.post(PAGE + address.format(team=team_called().pk, person=person.pk), sent)
    assert page.status_code == REFUSED
    assert told in text_of(page)


def test_ben_reads_and_tries_rules_and_changes_none(acme: Cast, ben: Client) -> None:
    minds = rule(acme, "opened")
    assert ben.get(PAGE).status_code == OK
    assert "Write a rule" not in text_of(ben.get(PAGE))
    assert ben.get(f"{PAGE}{minds.pk}/").status_code == OK
    assert ben.post(f"{PAGE}{minds.pk}/", SENT | {"do": "try"}).status_code == OK
    team = team_called()
    for address in (
        "new/", f"{minds.pk}/", f"{minds.pk}/switch/", f"{minds.pk}/move/", f"{minds.pk}/retire/", "offered/near/",
        f"teams/{team.pk}/",
    ):  # fmt: skip
        sent = SENT | {"do": "keep", "strategy": "by_skill"}
        assert ben.post(PAGE + address, sent).status_code == FORBIDDEN, address


def test_whoever_sees_no_customers_sees_no_rules(acme: Cast, vera: Member) -> None:
    client = sign_in("vera@acme.example")
    minds = rule(acme, "opened")
    for address in ("", "did/", f"{minds.pk}/"):
        assert client.get(PAGE + address).status_code == FORBIDDEN, address


def test_dan_finds_nothing(acme: Cast, dan: Client) -> None:
    minds = rule(acme, "opened")
    open_by_no(acme)
    follow(at=AT)
    run, person, team = RuleRun.objects.get(), employee_of(hire(acme, "Anna")), team_called()
    reads = ["", "new/", "did/", "teams/", f"{minds.pk}/"]
    verbs = [
        f"{minds.pk}/switch/", f"{minds.pk}/move/", f"{minds.pk}/retire/", f"did/{run.pk}/repeat/", "offered/near/",
        f"teams/{team.pk}/", f"people/{person.pk}/", f"people/{person.pk}/away/",
    ]  # fmt: skip
    for house in (PAGE, "/w/globex/rules/"):
        wanted = reads if house == PAGE else reads[4:]
        assert {dan.get(house + address).status_code for address in wanted} == {NOT_FOUND}
        assert {
            dan.post(house + address).status_code for address in verbs if "offered" not in address or house == PAGE
        } == {NOT_FOUND}
    assert Rule.objects.get().is_on
