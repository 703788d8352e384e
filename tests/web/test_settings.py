"""The house is kept by its owner; everybody else sees how it stands."""

import re
from html import unescape
from typing import Any

from django.test import Client

from tests.cases.stories import open_by_no
from tests.cast import Cast
from untilyes.cases.queries import find_policy
from untilyes.workspaces.models import AuditEntry, Employee, Member, User, Workspace

OK, REDIRECT, FORBIDDEN, UNPROCESSABLE = 200, 302, 403, 422
HOUSE = {
    "name": "Acme & Sons",
    "why": "We make things.",
    "difference": "They last.",
    "timezone": "Europe/Lisbon",
    "languages": "pt, en",
    "colour": "#224466",
}


def words_of(answer: Any) -> str:
    """The text a person reads on the page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_ada_changes_the_house_and_the_trail_says_so(acme: Cast, ada: Client) -> None:
    ada.post("/w/acme/settings/house/", HOUSE)
    house = Workspace.objects.get(slug="acme")
    assert (house.name, house.timezone, house.languages) == ("Acme & Sons", "Europe/Lisbon", ["pt", "en"])
    trail = words_of(ada.get("/w/acme/settings/audit/"))
    assert "Ada describe workspace workspace:acme" in trail


def test_a_refused_change_leaves_the_house_as_it_was(acme: Cast, ada: Client) -> None:
    for wrong in ({"timezone": "Mars/Olympus"}, {"colour": "blue"}, {"languages": "english"}, {"name": " "}):
        refused = ada.post("/w/acme/settings/house/", HOUSE | wrong)
        assert refused.status_code == UNPROCESSABLE
        assert "Nothing was changed." in words_of(refused)
        assert "They last." in refused.content.decode()
    assert Workspace.objects.get(slug="acme").name == "Acme"


def test_ada_adds_a_member_who_then_sets_a_password(acme: Cast, ada: Client) -> None:
    new = {"email": " Finn@Acme.example ", "name": "Finn", "role": "analyst"}
    assert ada.post("/w/acme/settings/members/", new).status_code == REDIRECT
    member = Member.objects.get(user__email="finn@acme.example")
    assert (member.role, member.workspace, str(member)) == ("analyst", acme.acme, "Finn")
    assert not member.user.has_usable_password()
    assert ada.post("/w/acme/settings/members/", {"email": "no address", "role": "agent"}).status_code == UNPROCESSABLE


def test_somebody_of_another_house_keeps_their_place_there(acme: Cast, ada: Client) -> None:
    ada.post("/w/acme/settings/members/", {"email": "dan@globex.example", "role": "viewer"})
    assert {one.workspace.slug: one.role for one in User.objects.get(email="dan@globex.example").memberships.all()} == {
        "globex": "owner",
        "acme": "viewer",
    }


def test_the_last_owner_can_neither_step_down_nor_leave(acme: Cast, ada: Client) -> None:
    for path, sent in (("role/", {"role": "agent"}), ("remove/", {})):
        refused = ada.post(f"/w/acme/settings/members/{acme.ada.pk}/{path}", sent)
        assert "Ada is the only owner" in words_of(refused)
    refused = ada.post("/w/acme/settings/members/", {"email": "ada@acme.example", "role": "agent"})
    assert "Ada is the only owner" in words_of(refused)
    assert Member.objects.get(pk=acme.ada.pk).role == "owner"


def test_roles_change_and_places_are_taken_away(acme: Cast, ada: Client) -> None:
    ada.post(f"/w/acme/settings/members/{acme.ben.pk}/role/", {"role": "manager"})
    assert Member.objects.get(pk=acme.ben.pk).role == "manager"
    ada.post(f"/w/acme/settings/members/{acme.ben.pk}/remove/")
    assert not Member.objects.filter(pk=acme.ben.pk).exists()
    assert AuditEntry.objects.filter(verb="remove_member").get().detail == {"email": "ben@acme.example"}


def test_nobody_of_another_house_can_be_changed_from_here(acme: Cast, ada: Client) -> None:
    assert ada.post(f"/w/acme/settings/members/{acme.dan.pk}/remove/").status_code == 404
    assert Member.objects.filter(pk=acme.dan.pk).exists()


def test_the_rule_of_what_is_unhappy_is_changed_and_the_equation_shown(acme: Cast, ada: Client) -> None:
    open_by_no(acme)
    rule = {"trust": ["no"], "nps": "4", "csat": "1", "attempts": "4", "attempt_days": "7"}
    assert "1 unhappy response = 1 opened a case + 0 joined one. Nothing was lost." in words_of(
        ada.get("/w/acme/settings/")
    )
    assert ada.post("/w/acme/settings/unhappy/", rule).status_code == REDIRECT
    policy = find_policy()
    assert (policy.trust, policy.nps_at_most, policy.csat_at_most) == (["no"], 4, 1)
    assert (policy.attempts, policy.attempt_days) == (4, 7)
    refused = ada.post("/w/acme/settings/unhappy/", rule | {"nps": "eleven"})
    assert "Write a whole number from -1 to 10." in words_of(refused)


def test_a_members_team_decides_what_is_their_teams(acme: Cast, ada: Client, ben: Client) -> None:
    open_by_no(acme)  # in team Shoes
    ada.post("/w/acme/settings/people/", {"member": str(acme.ben.pk), "team": "Hats"})
    ada.post("/w/acme/settings/people/", {"member": str(acme.ben.pk), "team": "Shoes"})
    assert Employee.objects.get().team.name == "Shoes"  # type: ignore[union-attr]  # just given
    assert "My team’s 1" in words_of(ben.get("/w/acme/cases/?which=team"))


def test_ben_sees_the_settings_and_changes_none(acme: Cast, ben: Client) -> None:
    page = words_of(ben.get("/w/acme/settings/"))
    assert "An owner changes these" in page
    assert "Add a member" not in page
    assert ben.get("/w/acme/settings/audit/").status_code == FORBIDDEN
    assert ben.post("/w/acme/settings/house/", HOUSE).status_code == FORBIDDEN


def test_only_an_owner_says_how_cases_are_worked_and_only_sensibly(acme: Cast, ada: Client, ben: Client) -> None:
    kept = {"cause_rule": "reason", "reopen_days": "14", "value_trait": "contract_value"}
    assert ben.post("/w/acme/settings/handling/", kept).status_code == 403
    assert ada.post("/w/acme/settings/handling/", {**kept, "reopen_days": "0"}).status_code == 422
    assert ada.post("/w/acme/settings/handling/", {**kept, "cause_rule": "never"}).status_code == 422
    assert ada.post("/w/acme/settings/handling/", kept).status_code == 302
    policy = find_policy()
    assert (policy.cause_rule, policy.reopen_days, policy.value_trait) == ("reason", 14, "contract_value")
    assert 'value="contract_value"' in ada.get("/w/acme/settings/").content.decode()
