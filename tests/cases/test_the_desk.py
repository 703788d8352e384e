"""What members keep at their desk: drafts, views, prepared replies; who is at the same case; many cases at once."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.cases.stories import AT, DAY, HOUR, NO, ask, fresh, open_by_no, say
from tests.cast import Cast
from untilyes.cases.access import get_prepared, get_view, list_cases_numbered
from untilyes.cases.actions import (
    add_customer_message,
    add_note,
    assign_case,
    change_many,
    discard_reply,
    keep_draft,
    note_presence,
    open_case,
    prepare_reply,
    propose_solution,
    remove_view,
    save_view,
    set_priority,
    set_root_cause,
    snooze_case,
    take_case,
    wait_for_customer,
    write_to_customer,
)
from untilyes.cases.filters import QueueFilter, Which, read_filter
from untilyes.cases.jobs import know_customer_values
from untilyes.cases.models import Case, CustomerValue, Draft, SavedView
from untilyes.cases.queries import (
    fill_prepared,
    find_draft,
    list_prepared,
    list_present,
    list_queue,
    list_views,
)
from untilyes.cases.replies import choose_text, fill_reply
from untilyes.cases.rules import NotPossible, Priority, SomethingNew
from untilyes.customers.actions import set_trait, welcome_customer
from untilyes.customers.models import Customer
from untilyes.customers.rules import TraitKind
from untilyes.feedback.actions import record_event
from untilyes.feedback.facts import Circumstances
from untilyes.feedback.jobs import carry_to_lake
from untilyes.promises.actions import make_promise
from untilyes.promises.models import Clock
from untilyes.promises.rules import Measures
from untilyes.workspaces.tenancy import NotFound, inside

SECOND = timedelta(seconds=1)


def test_a_draft_is_kept_for_its_writer_alone_and_gone_once_sent(acme: Cast) -> None:
    case = open_by_no(acme)
    keep_draft(case, "We are", by=acme.ben, at=AT)
    keep_draft(case, "We are looking", by=acme.ben, at=AT + SECOND)
    draft = find_draft(case, of=acme.ben)
    assert draft is not None
    assert (draft.text, draft.saved_at) == ("We are looking", AT + SECOND)
    assert find_draft(case, of=acme.ada) is None
    write_to_customer(case, "We are looking.", by=acme.ben, at=AT + HOUR)
    assert find_draft(case, of=acme.ben) is None


@pytest.mark.parametrize("verb", ["note", "propose", "empty"])
def test_a_draft_ends_with_whatever_became_of_it(acme: Cast, verb: str) -> None:
    case = open_by_no(acme)
    set_root_cause(case, "Wrong shelf", by=acme.ben, at=AT)
    keep_draft(case, "Shelf 4", by=acme.ben, at=AT)
    if verb == "note":
        add_note(case, "Shelf 4", by=acme.ben, at=AT)
    elif verb == "propose":
        propose_solution(case, "It is on its way.", by=acme.ben, at=AT)
    else:
        keep_draft(case, "  ", by=acme.ben, at=AT)
    assert not Draft.objects.exists()


def test_colleagues_at_the_same_case_see_each_other_for_half_a_minute(acme: Cast) -> None:
    case, other = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    note_presence(case, by=acme.ben, at=AT)
    note_presence(case, by=acme.ada, at=AT, is_typing=True)
    assert [(one.name, one.is_typing) for one in list_present(case, seen_by=acme.ben, at=AT + SECOND)] == [
        ("Ada", True)
    ]
    assert [one.name for one in list_present(case, seen_by=acme.ada, at=AT + SECOND)] == ["Ben"]
    assert [one.is_typing for one in list_present(case, seen_by=acme.ben, at=AT + 25 * SECOND)] == [False]
    assert list_present(case, seen_by=acme.ben, at=AT + 31 * SECOND) == []
    assert list_present(other, seen_by=acme.ben, at=AT) == []


def test_words_that_came_while_one_was_writing_are_read_before_ours_leave(acme: Cast) -> None:
    case = open_by_no(acme)
    set_root_cause(case, "Wrong shelf", by=acme.ben, at=AT)
    add_customer_message(case, "It has come!", at=AT + HOUR)
    for verb in (write_to_customer, propose_solution):
        with pytest.raises(SomethingNew, match="Cleo wrote after you opened"):
            verb(case, "We look for it.", by=acme.ben, at=AT + 2 * HOUR, read_until=AT)
    write_to_customer(case, "We look for it.", by=acme.ben, at=AT + 2 * HOUR, read_until=AT + HOUR)
    with pytest.raises(SomethingNew, match="Ben wrote after"):
        write_to_customer(case, "Me too.", by=acme.ada, at=AT + 2 * HOUR, read_until=AT + HOUR)


def test_a_saved_view_asks_what_it_asked_and_counts_for_who_looks(acme: Cast) -> None:
    first, _ = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    take_case(first, by=acme.ben, at=AT)
    asked = read_filter({"which": "open", "assignee": "me", "touchpoint": "delivery", "nonsense": "x"})
    save_view("My  deliveries", asked, is_shared=True, by=acme.ben, at=AT)
    save_view("My deliveries", asked, is_shared=True, by=acme.ben, at=AT)
    assert [(one.name, one.count, one.is_mine) for one in list_views(acme.ben, at=AT)] == [("My deliveries", 1, True)]
    assert [(one.name, one.count, one.is_mine) for one in list_views(acme.ada, at=AT)] == [("My deliveries", 0, False)]


def test_a_view_that_is_not_shared_is_its_owners_alone(acme: Cast) -> None:
    view = save_view("Mine", QueueFilter(which=Which.MINE), is_shared=False, by=acme.ben, at=AT)
    assert list_views(acme.ada, at=AT) == []
    with pytest.raises(NotFound):
        get_view(view.pk, seen_by=acme.ada)
    shared = save_view("Adas", QueueFilter(), is_shared=True, by=acme.ada, at=AT)
    with pytest.raises(NotPossible, match="Ada’s"):
        remove_view(shared, by=acme.ben, at=AT)
    remove_view(view, by=acme.ada, at=AT)
    assert SavedView.objects.get() == shared
    with inside(acme.globex), pytest.raises(NotFound):
        get_view(shared.pk, seen_by=acme.dan)


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"assignee": "me"}, [1]),
        ({"assignee": "nobody"}, [2, 3]),
        ({"state": "working"}, [1]),
        ({"priority": "2"}, [2]),
        ({"team": "Shoes"}, [1, 2]),
        ({"channel": "phone"}, [3]),
        ({"touchpoint": "delivery"}, [1, 2]),
        ({"cause": "Warehouse"}, [2]),
        ({"cause": "Ware"}, []),
        ({"q": "heel"}, [3]),
        ({"q": "cleo left"}, [1, 2]),
        ({"q": "#2"}, [2]),
        ({"q": "99999999999999999999"}, []),
        ({"state": "working", "assignee": "nobody"}, []),
    ],
    ids=lambda value: ",".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_the_queue_is_narrowed_by_any_filter(acme: Cast, asked: dict[str, str], numbers: list[int]) -> None:
    first, second = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    by_hand(acme, welcome_customer(email="eve@customer.example", name="Eve"), words="No heel.")
    take_case(first, by=acme.ben, at=AT)
    set_priority(second, Priority.URGENT, by=acme.ben, at=AT)
    set_root_cause(second, "Warehouse › Wrong shelf", by=acme.ben, at=AT)
    found = list_queue(acme.ben, asked=read_filter(asked), at=AT)
    assert sorted(row.number for row in found) == numbers


def test_the_queue_goes_by_broken_promises_then_priority_then_what_the_customer_is_worth(acme: Cast) -> None:
    rich, poor, unknown = (
        welcome_customer(email=f"{name}@customer.example", name=name) for name in ("rich", "poor", "unknown")
    )
    for customer, value in ((rich, 900), (poor, 10)):
        set_trait(customer, "contract_value", str(value), kind=TraitKind.NUMBER)
    late = by_hand(acme, unknown, at=AT - 30 * DAY)
    of_poor, of_rich, of_unknown = (by_hand(acme, one) for one in (poor, rich, unknown))
    loud = by_hand(acme, poor)
    set_priority(loud, Priority.HIGH, by=acme.ben, at=AT)
    name_the_trait(acme)
    assert know_customer_values(at=AT) == 3
    order = [row.number for row in list_queue(acme.ben, at=AT + HOUR)]
    assert order == [one.number for one in (late, loud, of_rich, of_poor, of_unknown)]
    values = {row.number: (row.value, row.value_basis) for row in list_queue(acme.ben, at=AT + HOUR)}
    assert values[of_rich.number] == (900.0, "contract value")
    assert values[of_unknown.number] == (None, "")


def test_what_a_customer_is_worth_is_what_they_bought_in_a_year_where_no_trait_says_so(acme: Cast) -> None:
    open_by_no(acme)
    for number, (days, amount) in enumerate([(10, 40.0), (300, 60.0), (400, 1000.0), (-5, 77.0)]):
        when = Circumstances(at=AT - days * DAY, source="event", customer_id=acme.cleo.pk)
        record_event(f"buy-{number}", "purchase", when=when, amount=amount)
    carry_to_lake()
    assert know_customer_values(at=AT) == 1
    assert know_customer_values(at=AT + HOUR) == 0, "it was read a moment ago"
    value = CustomerValue.objects.get(customer=acme.cleo)
    assert (value.amount, value.basis) == (100.0, "purchases in 12 months")
    assert know_customer_values(at=AT + 7 * HOUR) == 1


def test_many_cases_are_changed_at_once_and_those_that_refuse_say_why(acme: Cast) -> None:
    first, second = open_by_no(acme), open_by_no(acme, interaction_id="order-2")
    from untilyes.cases.actions import end_case
    from untilyes.cases.rules import EndedHow

    end_case(second, how=EndedHow.WITHDREW, reason="Said so.", by=acme.ada, at=AT)
    cases = list_cases_numbered([2, 1, 77, 1], seen_by=acme.ben)
    assert [case.number for case in cases] == [2, 1]
    result = change_many(cases, lambda one: assign_case(one, to=acme.ada, by=acme.ben, at=AT), by=acme.ben)
    assert result.done == (1,)
    assert [number for number, _ in result.refused] == [2]
    assert "cannot be assigned" in result.refused[0][1]
    assert fresh(first).assignee == acme.ada
    snoozed = change_many(cases, lambda one: snooze_case(one, until=AT + DAY, by=acme.ben, at=AT), by=acme.ben)
    assert (snoozed.done, len(snoozed.refused)) == ((1,), 1)


def test_dan_finds_none_of_acmes_numbers(acme: Cast) -> None:
    open_by_no(acme)
    with inside(acme.globex):
        assert list_cases_numbered([1], seen_by=acme.dan) == []


def test_a_prepared_reply_is_filled_in_in_the_customers_language_or_the_houses(acme: Cast) -> None:
    case = open_by_no(acme)
    texts = {"en": "Hello {customer}, {case} is with {member} of {workspace}.", "de": "Guten Tag {customer}, {case}."}
    prepare_reply("Received", texts, is_shared=True, by=acme.ben, at=AT)
    Case.objects.update(language="de-AT")
    assert read(acme, fresh(case)) == [("de", "Guten Tag Cleo, #1.")]
    Case.objects.update(language="pt")
    assert read(acme, fresh(case)) == [("en", "Hello Cleo, #1 is with Ben of Acme.")]


def test_the_promise_filled_in_is_a_public_one_and_never_the_target(acme: Cast) -> None:
    case = open_by_no(acme)
    prepare_reply("By when", {"en": "By {promise}."}, is_shared=True, by=acme.ben, at=AT)
    assert read(acme, case) == [("en", "")]
    clock = Clock.objects.get(about=case.ref)
    type(clock.promise).objects.update(is_public=True)
    due = clock.due_at.astimezone()
    assert str(due.day) in read(acme, case)[0][1]


def test_no_time_is_filled_in_while_it_moves_because_we_wait_for_the_customer(acme: Cast) -> None:
    text = "Which size is it? You have our answer by {promise}. Until then"
    promise = make_promise("A yes", about=Measures.TIME_TO_YES, limit=9 * DAY, target=DAY, at=AT - DAY, is_public=True)
    make_promise("A word", about=Measures.NEXT_RESPONSE, limit=DAY, target=HOUR, at=AT - DAY, is_public=True)
    case = open_by_no(acme)
    prepare_reply("By when", {"en": text}, is_shared=True, by=acme.ben, at=AT)
    due_on = Clock.objects.get(promise=promise).due_at.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"by {due_on:%B} {due_on.day}, {due_on.year}" in read(acme, case)[0][1]
    write_to_customer(case, "Which size is it?", by=acme.ben, at=AT + SECOND)
    wait_for_customer(fresh(case), "The size", by=acme.ben, at=AT + 2 * SECOND)
    assert read(acme, fresh(case), at=AT + HOUR) == [("en", "Which size is it? Until then")]
    add_customer_message(fresh(case), "39", at=AT + 2 * DAY)
    moved = read(acme, fresh(case), at=AT + 2 * DAY)[0][1]
    assert f"by {(due_on + 2 * DAY):%B} {(due_on + 2 * DAY).day}, " in moved


def test_a_promise_that_was_missed_is_not_promised_again(acme: Cast) -> None:
    make_promise("A yes", about=Measures.TIME_TO_YES, limit=DAY, target=HOUR, at=AT - DAY, is_public=True)
    case = open_by_no(acme)
    prepare_reply("By when", {"en": "Sorry. By {promise}."}, is_shared=True, by=acme.ben, at=AT)
    assert read(acme, case, at=AT + 2 * DAY) == [("en", "Sorry.")]


def test_words_nobody_can_fill_in_are_refused_when_the_reply_is_written(acme: Cast) -> None:
    with pytest.raises(NotPossible, match=r"\{target\} cannot be filled in; there are \{customer\}, \{case\}"):
        prepare_reply("By when", {"en": "By {target}."}, is_shared=True, by=acme.ben, at=AT)
    with pytest.raises(NotPossible, match="at least one language"):
        prepare_reply("Nothing", {"en": " "}, is_shared=True, by=acme.ben, at=AT)
    with pytest.raises(NotPossible, match="do not write to customers in fr"):
        prepare_reply("Bonjour", {"fr": "Bonjour"}, is_shared=True, by=acme.ben, at=AT)


def test_a_reply_of_ones_own_is_nobody_elses_and_all_are_found_by_their_words(acme: Cast) -> None:
    own = prepare_reply("Own", {"en": "My words."}, is_shared=False, by=acme.ben, at=AT)
    prepare_reply("Shared", {"en": "Our words."}, is_shared=True, by=acme.ben, at=AT)
    assert [one.name for one in list_prepared(acme.ada)] == ["Shared"]
    assert [one.name for one in list_prepared(acme.ben, search="words MY")] == ["Own"]
    with pytest.raises(NotFound):
        get_prepared(own.pk, seen_by=acme.ada)
    with pytest.raises(NotPossible, match="somebody else’s"):
        discard_reply(own, by=acme.ada, at=AT)
    discard_reply(own, by=acme.ben, at=AT)


def test_filling_in_leaves_no_gap_where_nothing_is_known() -> None:
    assert fill_reply("Hello {customer}, we are {member} .", {"member": "Ben"}) == "Hello, we are Ben."
    assert fill_reply("A {nonsense} b\n  c", {}) == "A b\n  c"
    assert choose_text({"es": "Hola"}, wanted="de", fallback="en") == ("es", "Hola")


def test_a_case_that_was_said_no_to_twice_is_in_the_queue_once(acme: Cast) -> None:
    case = open_by_no(acme)
    say(ask(acme, at=AT + DAY), {**NO, "missing": "Again."}, at=AT + DAY)
    assert [row.number for row in list_queue(acme.ben, at=AT + DAY)] == [case.number]


def read(acme: Cast, case: Case, *, at: datetime = AT) -> list[tuple[str, str]]:
    lines = fill_prepared(list_prepared(acme.ben), case=case, by=acme.ben, at=at)
    return [(one.language, one.text) for one in lines]


def name_the_trait(acme: Cast) -> None:
    from untilyes.cases.models import CasePolicy

    CasePolicy.objects.update(value_trait="contract_value")


def by_hand(acme: Cast, customer: Customer, *, words: str = "It broke.", at: object = AT) -> Case:
    when = Circumstances(at=at, source="call", customer_id=customer.pk, channel="phone")  # type: ignore[arg-type]
    return open_case(customer, when=when, words=words, by=acme.ben)
