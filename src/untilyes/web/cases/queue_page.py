"""What the queue shows: its parts, the views members keep, what it can be narrowed by, and one page of its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from untilyes.cases.actions import Done
from untilyes.cases.models import Case
from untilyes.cases.queries import (
    FilterValues,
    QueueFilter,
    QueueRow,
    ViewLine,
    Which,
    Work,
    count_cases,
    count_queue,
    count_work,
    list_filter_values,
    list_queue,
    list_views,
)
from untilyes.cases.rules import Priority, State
from untilyes.cases.snoozes import SNOOZES
from untilyes.web.components.empty_state import EmptyState
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members

PAGE_SIZE: Final = 50
CHOICES: Final = {
    Which.OPEN: "All open",
    Which.MINE: "Mine",
    Which.TEAM: "My team’s",
    Which.UNASSIGNED: "Nobody’s yet",
    Which.PROPOSED: "Asked, waiting",
    Which.SNOOZED: "Snoozed",
    Which.OVER: "Over",
    Which.ALL: "All",
}
EMPTY: Final = {
    Which.OPEN: EmptyState(
        "Nobody waits for a yes",
        "A case opens by itself when a customer says no, and goes when they say yes. There is nothing to do here now.",
    ),
    Which.MINE: EmptyState(
        "Nothing is yours", "Take a case from the open ones; “Next case” gives you the one whose promise ends soonest."
    ),
    Which.TEAM: EmptyState(
        "Nothing waits for your team",
        "Cases go to a team when the interaction names one. In Settings, an owner says which team you are in.",
    ),
    Which.UNASSIGNED: EmptyState("Every case has somebody", "A new case belongs to nobody until someone takes it."),
    Which.PROPOSED: EmptyState(
        "No customer has been asked again",
        "When you propose that a case is solved, the customer decides. Until they do, it waits here.",
    ),
    Which.SNOOZED: EmptyState(
        "No case is snoozed",
        "A case nobody can do anything about for a while can be taken out of the queue. It comes back by itself.",
    ),
    Which.OVER: EmptyState("No case is over yet", "The customer’s yes closes a case; nothing else does."),
    Which.ALL: EmptyState("No cases yet", "The first no of a customer opens the first case, by itself."),
}
STATES: Final = {
    State.OPEN: "open",
    State.WORKING: "being worked on",
    State.PROPOSED: "asked, waiting",
    State.CLOSED: "closed by a yes",
    State.ENDED: "ended without a yes",
}
SEARCHED: Final = (
    "Numbers, names, touchpoints and what customers wrote are searched, in the part of the queue that is shown."
)


@dataclass(frozen=True)
class Choice:
    """A part of the queue or a kept view, as a link with its count."""

    label: str
    address: str
    count: int | None
    is_here: bool
    view: ViewLine | None = None


@dataclass(frozen=True)
class Field:
    """One filter: what it may be, and what it is now."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class QueuePage:
    """The queue as it was asked for. `first` and `last` number the cases on this page of `total`."""

    rows: Sequence[QueueRow]
    work: Work
    asked: QueueFilter
    choices: Sequence[Choice]
    views: Sequence[Choice]
    fields: Sequence[Field]
    colleagues: Sequence[Member]
    priorities: Sequence[tuple[int, str]]
    snoozes: Sequence[tuple[str, str]]
    total: int
    first: int
    last: int
    newer: str
    older: str
    empty: EmptyState
    may_work: bool
    problem: str = ""

    @property
    def here(self) -> Choice | None:
        """The kept view that is shown, if one is."""
        return next((one for one in self.views if one.is_here), None)


@dataclass(frozen=True)
class ManyPage:
    """What is about to be done to many cases, before it is done."""

    cases: Sequence[Case]
    told: str
    hidden: Sequence[tuple[str, str]]
    back: str


def build_queue(member: Member, *, asked: QueueFilter, number: int, at: datetime, problem: str = "") -> QueuePage:
    """One page of the queue, `number` counting from 1."""
    counts = count_queue(member, at=at)
    is_counted = not asked.is_narrowed and asked.which in counts
    total = counts[asked.which] if is_counted else count_cases(member, asked, at=at)
    number = max(1, min(number, -(-total // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    rows = list_queue(member, asked=asked, at=at, start=start, limit=PAGE_SIZE)
    return QueuePage(
        rows=rows,
        work=count_work(at=at),
        asked=asked,
        choices=_list_choices(asked, counts),
        views=[_kept(view, asked) for view in list_views(member, at=at)],
        fields=_list_fields(asked, list_filter_values()),
        colleagues=list_colleagues(),
        priorities=[(one.value, one.name.lower()) for one in Priority],
        snoozes=list(SNOOZES.items()),
        total=total,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        newer=_address(asked, page=number - 1) if number > 1 else "",
        older=_address(asked, page=number + 1) if start + len(rows) < total else "",
        empty=_tell_nothing(asked),
        may_work=member.may("work_cases"),
        problem=problem,
    )


def build_many(cases: Sequence[Case], *, told: str, hidden: Sequence[tuple[str, str]], back: str) -> ManyPage:
    """The page that asks once more before many cases are changed."""
    return ManyPage(cases, told, hidden, back)


def tell_done(done: Done, *, told: str) -> tuple[str, str]:
    """What came of it, and what did not: two sentences, the second empty when all went well."""
    n = len(done.done)
    did = f"{told}: {n} case{'' if n == 1 else 's'}." if n else ""
    refused = " ".join(f"#{number}: {why}" for number, why in done.refused[:TOLD])
    more = len(done.refused) - TOLD
    tail = f" And {more} more." if more > 0 else ""
    return did, f"Not changed: {refused}{tail}" if refused else ""


TOLD: Final = 5


def list_colleagues() -> list[Member]:
    """Whoever can be given a case."""
    return [one for one in list_members() if one.may("work_cases")]


def _list_choices(asked: QueueFilter, counts: Mapping[Which, int]) -> list[Choice]:
    rest = {name: value for name, value in asked.asked.items() if name != "which"}
    return [
        Choice(told, "?" + urlencode({"which": which.value, **rest}), counts.get(which), which is asked.which)
        for which, told in CHOICES.items()
    ]


def _tell_nothing(asked: QueueFilter) -> EmptyState:
    if not asked.is_narrowed:
        return EMPTY[asked.which]
    return EmptyState(f"No case fits “{asked.q}”" if asked.q else "No case fits", SEARCHED)


def _kept(view: ViewLine, asked: QueueFilter) -> Choice:
    return Choice(view.name, _address(view.asked), view.count, view.asked == asked, view)


def _address(asked: QueueFilter, **more: Any) -> str:
    return "?" + urlencode({**asked.asked, **more})


def _list_fields(asked: QueueFilter, known: FilterValues) -> list[Field]:
    people = [("me", "me"), ("nobody", "nobody"), *((str(one.pk), str(one)) for one in list_colleagues())]
    offered: Sequence[tuple[str, str, Sequence[tuple[str, str]]]] = (
        ("state", "Stands", [(state.value, told) for state, told in STATES.items()]),
        ("priority", "Priority", [(str(one.value), one.name.lower()) for one in Priority]),
        ("assignee", "With", people),
        ("team", "Team", _same(known.teams)),
        ("channel", "Channel", _same(known.channels)),
        ("touchpoint", "Touchpoint", _same(known.touchpoints)),
        ("cause", "Root cause", _same(known.causes)),
    )
    return [Field(name, label, options, getattr(asked, name)) for name, label, options in offered if options]


def _same(values: Sequence[str]) -> list[tuple[str, str]]:
    return [(value, value.replace("_", " ")) for value in values]
