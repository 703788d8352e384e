"""Tenancy fails closed: outside a workspace there is nothing to see."""

import pytest

from tests.cast import Cast
from untilyes.customers.access import get_customer
from untilyes.customers.models import Customer
from untilyes.workspaces.access import NotAllowed, get_membership, list_memberships
from untilyes.workspaces.actions import add_member, found_workspace
from untilyes.workspaces.models import User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import NotFound, OutsideWorkspace, current_workspace, inside


def test_a_query_outside_a_workspace_raises(cast: Cast) -> None:
    with pytest.raises(OutsideWorkspace, match="with inside"):
        Customer.objects.count()


def test_a_write_outside_a_workspace_raises(db: None) -> None:
    with pytest.raises(OutsideWorkspace):
        Customer(name="Nobody's").save()


def test_a_row_of_another_workspace_cannot_be_saved(cast: Cast) -> None:
    with inside(cast.globex), pytest.raises(OutsideWorkspace, match="another workspace"):
        cast.cleo.save()


def test_bulk_inserts_belong_to_the_current_workspace(cast: Cast) -> None:
    with inside(cast.globex):
        Customer.objects.bulk_create([Customer(name="Gus")])
        assert Customer.objects.get().workspace == cast.globex


def test_each_workspace_sees_its_own_rows_only(cast: Cast) -> None:
    with inside(cast.globex):
        assert list(Customer.objects.all()) == []
    with inside(cast.acme):
        assert list(Customer.objects.all()) == [cast.cleo]


def test_leaving_an_inner_workspace_returns_to_the_outer_one(cast: Cast) -> None:
    with inside(cast.acme):
        with inside(cast.globex):
            assert current_workspace() == cast.globex
        assert current_workspace() == cast.acme


def test_dan_does_not_find_cleo(cast: Cast) -> None:
    with inside(cast.globex), pytest.raises(NotFound):
        get_customer(cast.cleo.pk, seen_by=cast.dan)


def test_dan_does_not_find_cleo_even_inside_acme(cast: Cast) -> None:
    with inside(cast.acme), pytest.raises(NotFound):
        get_customer(cast.cleo.pk, seen_by=cast.dan)


def test_dan_does_not_find_acme(cast: Cast) -> None:
    with pytest.raises(NotFound):
        get_membership(cast.dan.user, slug="acme")
    assert [member.workspace.slug for member in list_memberships(cast.dan.user)] == ["globex"]


def test_a_viewer_sees_numbers_but_no_customers(cast: Cast) -> None:
    user = User.objects.create_user("vic@acme.example", None, first_name="Vic")
    viewer = add_member(cast.acme, user, role=Role.VIEWER)
    with inside(cast.acme), pytest.raises(NotAllowed, match="viewer may not see customers"):
        get_customer(cast.cleo.pk, seen_by=viewer)


def test_a_workspace_needs_a_real_time_zone(cast: Cast) -> None:
    with pytest.raises(ValueError, match="Europe/Berlin"):
        found_workspace("mars", name="Mars", owner=cast.ada.user, timezone="Mars/Olympus")
