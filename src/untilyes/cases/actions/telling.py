"""What follows when a limit passes: our own people are alerted, and the customer is told before they find out.

A missed target is our matter alone. A missed promise is told to the customer once, and only where it is public: nobody
is told that we broke what they were never promised. What we say then is what we can stand by.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from untilyes.cases.history import keep_case, lock_case
from untilyes.cases.mail import send_alert, send_late
from untilyes.cases.models import Case
from untilyes.cases.queries.expected import find_named_date
from untilyes.cases.queries.finding import find_case_about
from untilyes.cases.rules import NotPossible, State, Step
from untilyes.cases.wordings import mail_words
from untilyes.plumbing.saying import say_day, say_moment
from untilyes.promises.events import MissesFound
from untilyes.promises.expecting import find_clock, find_expectation
from untilyes.promises.models import Clock
from untilyes.promises.rules import OURS_ALONE, Measures
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.queries import list_members
from untilyes.workspaces.tenancy import current_workspace


@dataclass(frozen=True)
class Prospect:
    """What can honestly be said of when: `how` is asked, chosen, evidence or none; `n` is how many it is known from."""

    how: str
    words: str
    by: datetime | None = None
    n: int = 0


@dataclass(frozen=True)
class Miss:
    """One limit that has passed, for those who work on it."""

    case: Case
    promise: str
    is_promise: bool
    target_at: datetime
    due_at: datetime


@transaction.atomic
def name_date(case: Case, on: date, *, by: Member, at: datetime) -> Case:
    """Say by which day the customer can expect it. It is what they are told when a promise to them is missed.

    Raises NotPossible for a day that is over, NotAllowed.
    """
    require(by, "work_cases")
    lock_case(case)
    case.follow(Step.DATE_NAMED)
    if on < at.astimezone(ZoneInfo(current_workspace().timezone)).date():
        raise NotPossible("That day is over; name one that is still ahead.")
    keep_case(case, Step.DATE_NAMED, at=at, by=by, on=on.isoformat())
    return case


def tell_of_misses(fact: MissesFound) -> None:
    """Tell each customer of a public promise that was missed: by mail, once a promise, with what to expect now."""
    for clock_id in fact.promises:
        clock = find_clock(clock_id)
        case = find_case_about(clock.about) if clock else None
        if clock and case and clock.promise.is_public and Measures(clock.promise.about) not in OURS_ALONE:
            _tell(lock_case(case), clock, at=fact.at)


def alert_members(fact: MissesFound) -> None:
    """Write to whoever works on a case whose limit has passed, and to the leaders where nobody does.

    Of a missed promise the leaders are told in any case. One mail a person, however much was missed.
    """
    misses = [*_read_misses(fact.promises, is_promise=True), *_read_misses(fact.targets, is_promise=False)]
    missed = {(one.case.pk, one.promise) for one in misses if one.is_promise}
    told = [one for one in misses if one.is_promise or (one.case.pk, one.promise) not in missed]
    for member, theirs in _share_out(told).items():
        send_alert(member, theirs)


def find_prospect(case: Case, clock: Clock, *, at: datetime) -> Prospect:
    """What we can stand by: the open question, a day somebody named, how long as late ones took, or no day at all."""
    words, zone = mail_words(case.language), current_workspace().timezone
    if case.state == State.PROPOSED and case.proposed_at:
        asked = say_day(case.proposed_at, language=case.language, zone=zone)
        return Prospect("asked", words["late_asked"].format(asked=asked))
    if named := find_named_date(case, at=at):
        by = datetime.combine(named, time(23, 59), ZoneInfo(zone))
        day = say_day(by, language=case.language, zone=zone)
        return Prospect("chosen", words["late_chosen"].format(day=day), by)
    if found := find_expectation(clock, at=at):
        day, n = say_day(found.by, language=case.language, zone=zone), round(found.took.n)
        return Prospect("evidence", words["late_evidence"].format(day=day, n=n), found.by, n)
    return Prospect("none", words["late_none"])


def _tell(case: Case, clock: Clock, *, at: datetime) -> None:
    if case.is_over:
        return
    words, prospect = mail_words(case.language), find_prospect(case, clock, at=at)
    due = say_moment(clock.due_at, language=case.language, zone=current_workspace().timezone)
    message_id = send_late(case, f"{words[f'late_{clock.promise.about}'].format(due=due)}\n\n{prospect.words}")
    keep_case(
        case,
        Step.TOLD_LATE,
        at=at,
        promise=clock.promise.name,
        due=clock.due_at.isoformat(),
        how=prospect.how,
        expected=prospect.by.isoformat() if prospect.by else "",
        n=prospect.n,
        message_id=message_id,
    )


def _read_misses(clocks: Iterable[UUID], *, is_promise: bool) -> Iterable[Miss]:
    for clock_id in clocks:
        clock = find_clock(clock_id)
        case = find_case_about(clock.about) if clock else None
        if clock and case and not case.is_over:
            yield Miss(case, clock.promise.name, is_promise, clock.target_at, clock.due_at)


def _share_out(misses: Iterable[Miss]) -> dict[Member, list[Miss]]:
    leaders = [one for one in list_members() if one.may("edit_promises")]
    shared: dict[Member, list[Miss]] = defaultdict(list)
    for miss in misses:
        own = [miss.case.assignee] if miss.case.assignee else []
        for member in dict.fromkeys([*own, *(leaders if miss.is_promise or not own else [])]):
            shared[member].append(miss)
    return shared
