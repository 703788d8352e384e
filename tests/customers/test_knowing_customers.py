"""Who they are: one customer however many ways we know them, merged on evidence, unmerged without loss."""

from datetime import UTC, datetime

import pytest

from tests.cast import Cast
from untilyes.customers.access import get_customer
from untilyes.customers.actions import (
    CannotMerge,
    IdentityTaken,
    add_identity,
    forget_customer,
    merge_customers,
    set_trait,
    unmerge_customers,
    welcome_customer,
)
from untilyes.customers.models import Customer, Identity
from untilyes.customers.queries import find_customer, find_email, list_keys, search_customers
from untilyes.customers.rules import BadIdentity, BadTrait, IdentityKind, TraitKind, check_trait, normalise_identity
from untilyes.feedback.models import Erasure
from untilyes.workspaces.access import NotAllowed
from untilyes.workspaces.actions import add_member
from untilyes.workspaces.models import AuditEntry, User
from untilyes.workspaces.rules import Role
from untilyes.workspaces.tenancy import inside

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def test_the_same_address_in_other_letters_is_the_same_customer(cast: Cast) -> None:
    with inside(cast.acme):
        assert welcome_customer(email=" CLEO@Customer.Example ") == cast.cleo


def test_what_is_known_is_not_overwritten_by_hearsay(cast: Cast) -> None:
    with inside(cast.acme):
        assert welcome_customer(email="cleo@customer.example", name="C.").name == "Cleo"


def test_a_new_way_of_knowing_is_added(cast: Cast) -> None:
    with inside(cast.acme):
        welcome_customer(email="cleo@customer.example", phone="+49 30 901820", external=("shop", "42"))
        assert find_customer(IdentityKind.PHONE, "+4930901820") == cast.cleo
        assert find_customer(IdentityKind.EXTERNAL, "42", source="shop") == cast.cleo
        assert find_customer(IdentityKind.EXTERNAL, "42", source="helpdesk") is None


def test_an_identity_belongs_to_one_customer(cast: Cast) -> None:
    with inside(cast.acme):
        other = welcome_customer(email="other@customer.example")
        with pytest.raises(IdentityTaken, match="already belongs to Cleo"):
            add_identity(other, IdentityKind.EMAIL, "cleo@customer.example")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (IdentityKind.EMAIL, "no-at-sign"),
        (IdentityKind.EMAIL, "a@b"),
        (IdentityKind.PHONE, "12"),
        (IdentityKind.EXTERNAL, " "),
    ],
)
def test_what_identifies_nobody_is_refused(kind: IdentityKind, value: str) -> None:
    with pytest.raises(BadIdentity):
        normalise_identity(kind, value)


def test_merging_moves_the_identities_and_unmerging_returns_them(cast: Cast) -> None:
    with inside(cast.acme):
        twin = welcome_customer(email="cleo@work.example", name="Cleo K.")
        merge = merge_customers(cast.cleo, twin, evidence="same order number", at=AT, by=cast.ada)
        assert find_customer(IdentityKind.EMAIL, "cleo@work.example") == cast.cleo
        assert get_customer(twin.pk, seen_by=cast.ben) == cast.cleo
        assert set(list_keys(cast.cleo)) == {str(cast.cleo.pk), str(twin.pk)}
        unmerge_customers(merge, at=AT, by=cast.ada)
        assert find_customer(IdentityKind.EMAIL, "cleo@work.example") == twin
        assert list_keys(cast.cleo) == [str(cast.cleo.pk)]
        assert {entry.verb for entry in AuditEntry.objects.all()} == {"merge_customers", "unmerge_customers"}


def test_unmerging_also_returns_whom_the_absorbed_had_absorbed(cast: Cast) -> None:
    with inside(cast.acme):
        second, third = welcome_customer(email="2@c.example"), welcome_customer(email="3@c.example")
        merge_customers(second, third, evidence="same phone", at=AT)
        merge = merge_customers(cast.cleo, second, evidence="same address", at=AT)
        assert set(list_keys(cast.cleo)) == {str(cast.cleo.pk), str(second.pk), str(third.pk)}
        unmerge_customers(merge, at=AT)
        assert set(list_keys(second)) == {str(second.pk), str(third.pk)}


def test_a_merge_needs_evidence_and_two_customers(cast: Cast) -> None:
    with inside(cast.acme):
        twin = welcome_customer(email="cleo@work.example")
        with pytest.raises(CannotMerge, match="what shows"):
            merge_customers(cast.cleo, twin, evidence=" ", at=AT)
        with pytest.raises(CannotMerge, match="same customer"):
            merge_customers(cast.cleo, cast.cleo, evidence="name", at=AT)


def test_searching_finds_by_name_account_or_identity(cast: Cast) -> None:
    with inside(cast.acme):
        welcome_customer(email="other@else.example", name="Olga")
        assert search_customers("cleo customer") == [cast.cleo]
        assert len(search_customers("")) == 2
        assert search_customers("nobody") == []


def test_traits_have_kinds(cast: Cast) -> None:
    with inside(cast.acme):
        set_trait(cast.cleo, "plan", "gold")
        set_trait(cast.cleo, "plan", "silver")
        assert cast.cleo.traits.get().value == "silver"
        with pytest.raises(BadTrait, match="not a date"):
            set_trait(cast.cleo, "since", "yesterday", kind=TraitKind.DATE)
    assert check_trait(TraitKind.BOOLEAN, "Yes") == "true"


def test_the_address_to_write_to_is_the_verified_one(cast: Cast) -> None:
    with inside(cast.acme):
        newer = add_identity(cast.cleo, IdentityKind.EMAIL, "cleo@new.example")
        newer.verified_at = AT
        newer.save()
        assert find_email(cast.cleo) == "cleo@new.example"


def test_forgetting_removes_every_trace_here_and_asks_the_lake(cast: Cast) -> None:
    with inside(cast.acme):
        twin = welcome_customer(email="cleo@work.example")
        merge_customers(cast.cleo, twin, evidence="same phone", at=AT)
        keys = {cast.cleo.pk, twin.pk}
        forget_customer(cast.cleo, at=AT, by=cast.ada)
        assert Customer.objects.count() == Identity.objects.count() == 0
        assert {erasure.customer_id for erasure in Erasure.objects.all()} == keys


def test_only_an_owner_forgets_and_an_analyst_does_not_merge(cast: Cast) -> None:
    analyst = add_member(cast.acme, User.objects.create_user("ana@acme.example", None), role=Role.ANALYST)
    with inside(cast.acme):
        twin = welcome_customer(email="cleo@work.example")
        with pytest.raises(NotAllowed, match="agent may not erase customers"):
            forget_customer(cast.cleo, at=AT, by=cast.ben)
        with pytest.raises(NotAllowed, match="analyst may not merge customers"):
            merge_customers(cast.cleo, twin, evidence="same phone", at=AT, by=analyst)
        merge = merge_customers(cast.cleo, twin, evidence="same phone", at=AT, by=cast.ben)
        with pytest.raises(NotAllowed):
            unmerge_customers(merge, at=AT, by=analyst)
        assert Customer.objects.count() == 2


def test_somebody_merged_already_cannot_be_merged_again(cast: Cast) -> None:
    with inside(cast.acme):
        second, third = welcome_customer(email="2@c.example"), welcome_customer(email="3@c.example")
        merge_customers(cast.cleo, second, evidence="same phone", at=AT)
        second.refresh_from_db()
        with pytest.raises(CannotMerge, match="merged before"):
            merge_customers(third, second, evidence="same phone", at=AT)


def test_undoing_a_merge_twice_changes_nothing(cast: Cast) -> None:
    with inside(cast.acme):
        merge = merge_customers(cast.cleo, welcome_customer(email="2@c.example"), evidence="same phone", at=AT)
        unmerge_customers(merge, at=AT)
        unmerge_customers(merge, at=AT)
        assert AuditEntry.objects.filter(verb="unmerge_customers").count() == 1
