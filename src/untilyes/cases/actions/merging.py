"""Two cases of one customer that turn out to be the same matter become one, and can be parted again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from untilyes.cases.history import CUSTOMER, keep_case, lock_case, write_history
from untilyes.cases.models import Case, CaseEntry
from untilyes.cases.rules import EndedHow, NotPossible, State, Step
from untilyes.promises.actions import resume_clocks, withdraw_clocks
from untilyes.promises.rules import Measures
from untilyes.surveys.actions import withdraw_questions
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member

_MOVED = ("messages", "notes", "attempts")


@transaction.atomic
def merge_cases(case: Case, other: Case, *, by: Member, at: datetime) -> Case:
    """Join two cases of one customer; return the older one, which goes on.

    The older survives because its promises have run longer: merging never makes us look faster. What was said moves
    into it; the younger is a duplicate that points to it, and both links of the customer lead there. Questions asked
    about one of them alone are withdrawn, for a yes to them would close the whole. Raises NotPossible, NotAllowed.
    """
    require(by, "work_cases")
    for one in sorted((case, other), key=lambda one: one.pk):
        lock_case(one)
    if problem := _find_problem(case, other):
        raise NotPossible(problem)
    kept, absorbed = sorted((case, other), key=lambda one: (one.opened_at, one.pk))
    moved = _move(absorbed, kept)
    for one in (kept, absorbed):
        withdraw_questions(about=one.ref)
    absorbed.follow(Step.ENDED)
    absorbed.ended_at, absorbed.ended_how, absorbed.duplicate_of = at, EndedHow.DUPLICATE.value, kept
    absorbed.ended_reason, absorbed.snoozed_until = f"It is the same matter as #{kept.number}.", None
    how: dict[str, Any] = {"how": EndedHow.DUPLICATE.value, "duplicate_of": kept.number, "moved": moved}
    keep_case(absorbed, Step.ENDED, at=at, by=by, **how)
    withdraw_clocks(Measures.TIME_TO_YES, about=absorbed.ref, reason=EndedHow.DUPLICATE.value, at=at)
    _owe_answer(kept, absorbed)
    kept.priority, kept.snoozed_until = max(kept.priority, absorbed.priority), None
    keep_case(kept, Step.MERGED, at=at, by=by, absorbed=absorbed.number)
    return kept


@transaction.atomic
def unmerge_case(absorbed: Case, *, by: Member, at: datetime) -> Case:
    """They are two matters after all: what was moved goes back, and the case goes on with its clocks since it opened.

    What the customer wrote in between stays where they wrote it. Raises NotPossible when it was not merged, or when the
    customer has said yes to the whole since, which was about both; NotAllowed.
    """
    require(by, "work_cases")
    kept = absorbed.duplicate_of
    for one in sorted(filter(None, (absorbed, kept)), key=lambda one: one.pk):
        lock_case(one)
    line = absorbed.history.filter(step=Step.ENDED, detail__has_key="moved").order_by("at", "pk").last()
    if kept is None or line is None or absorbed.duplicate_of_id != kept.pk:
        raise NotPossible("This case was not merged into another.")
    if kept.yes_at is not None:
        raise NotPossible(f"The customer has said yes to #{kept.number}, and with it to both.")
    _move_back(line, absorbed)
    absorbed.come_back()
    keep_case(absorbed, Step.UNMERGED, at=at, by=by, of=kept.number)
    resume_clocks(Measures.TIME_TO_YES, about=absorbed.ref)
    keep_case(kept, Step.PARTED, at=at, by=by, absorbed=absorbed.number)
    return absorbed


def _find_problem(case: Case, other: Case) -> str:
    """Why the two cannot become one; empty when they can."""
    if case.pk == other.pk:
        return "This is the same case already."
    if case.person is None or case.person != other.person:
        return "Only cases of one customer can be merged; link the two instead."
    for one in (case, other):
        if one.is_over:
            return f"#{one.number} is over; link the two instead."
        if one.state == State.PROPOSED:
            return f"The customer has been asked about #{one.number}; wait for the answer, or take the proposal back."
    return ""


def _move(absorbed: Case, kept: Case) -> dict[str, list[int]]:
    """Move what was said into the surviving case; words that stand there already, as after a split, stay behind."""
    there = set(kept.messages.values_list("at", "direction", "text"))
    moved: dict[str, list[int]] = {}
    for name in _MOVED:
        rows: Sequence[Any] = list(getattr(absorbed, name).all())
        if name == "messages":
            rows = [row for row in rows if (row.at, row.direction, row.text) not in there]
        moved[name] = [row.pk for row in rows]
        getattr(absorbed, name).filter(pk__in=moved[name]).update(case=kept)
    return moved


def _owe_answer(kept: Case, absorbed: Case) -> None:
    """Words that wait for an answer in the absorbed case wait for it in the surviving one, since they were written."""
    words = absorbed.history.filter(step__in=[Step.CUSTOMER_WROTE, Step.WROTE, Step.PROPOSED]).order_by("at", "pk")
    last = words.last()
    if last is not None and last.step == Step.CUSTOMER_WROTE:
        lines = kept.history.order_by("at", "pk")
        newest = lines.values_list("at", flat=True).last() or last.at
        # Never before what stands there already: promises about answers are told apart by their order.
        write_history(kept, Step.CUSTOMER_WROTE, at=max(last.at, newest), by_name=CUSTOMER, joined_from=absorbed.number)


def _move_back(line: CaseEntry, absorbed: Case) -> None:
    for name in _MOVED:
        getattr(absorbed, name).model.objects.filter(pk__in=line.detail["moved"][name]).update(case=absorbed)
