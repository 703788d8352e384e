"""What each role may do, and the trail of what was done."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import Cast
from untilyes.workspaces.access import NotAllowed, require
from untilyes.workspaces.actions import add_member, record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_audit, list_members
from untilyes.workspaces.rules import ALLOWED, Role
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def test_an_owner_may_do_everything_and_a_viewer_only_look() -> None:
    assert all(Role.OWNER.may(action) for action in ALLOWED)
    assert [action for action in ALLOWED if Role.VIEWER.may(action)] == ["see"]


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        ("work_cases", {Role.OWNER, Role.MANAGER, Role.AGENT}),
        ("end_cases", {Role.OWNER, Role.MANAGER}),
        ("edit_promises", {Role.OWNER, Role.MANAGER}),
        ("erase_customers", {Role.OWNER}),
        ("see_audit", {Role.OWNER, Role.MANAGER}),
    ],
)
def test_what_weighs_most_is_in_few_hands(action: str, roles: set[Role]) -> None:
    assert {role for role in Role if role.may(action)} == roles


def test_an_action_nobody_defined_is_an_error_and_never_allowed() -> None:
    with pytest.raises(KeyError):
        Role.OWNER.may("do_whatever")


def test_a_refusal_says_who_may(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="An agent may not end cases; ask an owner or a manager"):
        require(cast.ben, "end_cases")


def test_adding_a_member_again_changes_their_role(cast: Cast) -> None:
    add_member(cast.acme, cast.ben.user, role=Role.MANAGER)
    assert Member.objects.get(pk=cast.ben.pk).role == Role.MANAGER
    with inside(cast.acme):
        assert [str(member) for member in list_members()] == ["Ada", "Ben"]


def test_the_trail_keeps_who_and_when_newest_first_even_when_they_leave(cast: Cast) -> None:
    with inside(cast.acme):
        for hour, verb in enumerate(("make_tea", "drink_tea")):
            record_audit(verb, about="tea:1", at=AT + timedelta(hours=hour), by=cast.ben, cups=2)
        record_audit("cool_down", about="tea:2", at=AT)
        cast.ben.delete()
        entries = list_audit(seen_by=cast.ada, about="tea:1")
        assert [(one.verb, one.by, one.by_name, one.detail) for one in entries] == [
            ("drink_tea", None, "Ben", {"cups": 2}),
            ("make_tea", None, "Ben", {"cups": 2}),
        ]
        assert list_audit(seen_by=cast.ada)[-1].by_name in {"Ben", "UntilYes"}


def test_an_agent_does_not_read_the_trail_and_dan_reads_only_his_own(cast: Cast) -> None:
    with inside(cast.acme):
        record_audit("make_tea", about="tea:1", at=AT, by=cast.ada)
        with pytest.raises(NotAllowed):
            list_audit(seen_by=cast.ben)
    with inside(cast.globex):
        assert list_audit(seen_by=cast.dan) == []
