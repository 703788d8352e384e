"""Waits for customers: the one a case is in, and all of late, those first in which an answer was overlooked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from untilyes.cases.models import Case, CaseEntry, CaseMessage
from untilyes.cases.owed import Line
from untilyes.cases.queries.said import find_last_step, list_said, list_steps
from untilyes.cases.rules import Step
from untilyes.cases.waits import ClaimedWait, list_claimed_waits
from untilyes.stats import Estimate, estimate_quantile, estimate_share, log_histogram
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import NotFound, current_workspace


@dataclass(frozen=True)
class Wait:
    """The wait a case is in: since when, what for, and who said so."""

    since: datetime
    reason: str
    who: str


@dataclass(frozen=True)
class WaitRow:
    """One wait that was claimed. `overlooked` is how long the customer had spoken and nobody went on."""

    number: int
    customer_name: str
    who: str
    reason: str
    claim: ClaimedWait
    waited: timedelta
    overlooked: timedelta


@dataclass(frozen=True)
class Waits:
    """Every wait claimed in a time: `answered` is the share the customer ended, `length` the median time it took."""

    rows: tuple[WaitRow, ...]
    running: int
    overlooked: int
    answered: Estimate
    length: Estimate


def find_wait(case: Case) -> Wait | None:
    """The wait for the customer this case is in now, or None."""
    said = find_last_step(case, Step.WAITING)
    if said is None:
        return None
    lines = [(one.at, Step(one.step)) for one in list_steps(case)]
    claims = list_claimed_waits(lines, heard=[one.at for one in list_said(case, CaseMessage.Direction.CUSTOMER)])
    is_running = bool(claims) and claims[-1].ends is None and claims[-1].answered_at is None
    return Wait(claims[-1].begins, str(said.detail.get("reason", "")), said.by_name) if is_running else None


def list_waits(seen_by: Member, *, since: datetime, at: datetime) -> Waits:
    """The waits claimed since then: those first in which the customer was overlooked the longest, then the newest."""
    if seen_by.workspace_id != current_workspace().pk:
        raise NotFound("No such page.")
    require(seen_by, "see_customers")
    said = CaseEntry.objects.filter(step=Step.WAITING, at__gte=since).select_related("case__customer")
    by_moment = {(one.case_id, one.at): one for one in said}
    cases = sorted({key for key, _ in by_moment})
    lines, heard = _read_lines(cases), _read_heard(cases)
    rows = [
        _row(by_moment[key, claim.begins], claim, at)
        for key in cases
        for claim in list_claimed_waits(lines[key], heard=heard[key])
        if (key, claim.begins) in by_moment
    ]
    return _sum_up(sorted(rows, key=lambda row: (-row.overlooked, -row.claim.begins.timestamp())))


def _sum_up(rows: list[WaitRow]) -> Waits:
    over = [row for row in rows if row.claim.ends or row.claim.answered_at]
    seconds = [row.waited.total_seconds() for row in over if row.waited]
    return Waits(
        rows=tuple(rows),
        running=len(rows) - len(over),
        overlooked=sum(row.overlooked > timedelta(0) for row in rows),
        answered=estimate_share(sum(row.claim.answered_at is not None for row in over), len(over)),
        length=estimate_quantile(log_histogram(seconds) if seconds else {}),
    )


def _row(said: CaseEntry, claim: ClaimedWait, at: datetime) -> WaitRow:
    case = said.case
    return WaitRow(
        number=case.number,
        customer_name=case.customer.name if case.customer else "",
        who=said.by_name,
        reason=str(said.detail.get("reason", "")),
        claim=claim,
        waited=claim.waited(at),
        overlooked=claim.overlooked(at),
    )


def _read_lines(cases: list[int]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    entries = CaseEntry.objects.filter(case__in=cases).order_by("at", "pk")
    for key, at, step in entries.values_list("case", "at", "step"):
        found[key].append((at, Step(step)))
    return found


def _read_heard(cases: list[int]) -> dict[int, list[datetime]]:
    found: dict[int, list[datetime]] = defaultdict(list)
    theirs = CaseMessage.objects.filter(case__in=cases, direction=CaseMessage.Direction.CUSTOMER)
    for key, at in theirs.values_list("case", "at"):
        found[key].append(at)
    return found
