"""Questions about findings; never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F
from pydantic import ValidationError

from untilyes.feedback.queries import find_present, open_lake
from untilyes.insights.models import UNDER_WAY, FindingStep, Initiative, KeptFinding, Reckoning, Run
from untilyes.insights.rules import State
from untilyes.insights.subjects import Subject, get_subject
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

if TYPE_CHECKING:
    from untilyes.analysis.findings.rows import Rows


@dataclass(frozen=True)
class Board:
    """What the last look found, the most worth first. `questions` is how many things it examined to find it."""

    findings: tuple[KeptFinding, ...]
    questions: int
    looked_at: datetime | None


def find_last_look() -> Run | None:
    """The newest look that came to an end, or None."""
    return Run.objects.filter(stage=Run.Stage.DONE).first()


def find_running() -> Run | None:
    """The look that is going on or waiting for the worker, or None."""
    newest = Run.objects.first()
    return newest if newest is not None and not newest.is_over else None


def find_newest() -> Run | None:
    """The newest look, whatever became of it."""
    return Run.objects.first()


def read_board(*, limit: int | None = None) -> Board:
    """The standing findings: those the last look found and nobody has dismissed."""
    last = find_last_look()
    if last is None:
        return Board((), 0, None)
    standing = KeptFinding.objects.filter(last_run=last).exclude(state=State.DISMISSED).select_related("owner__user")
    return Board(tuple(standing[:limit]), last.questions, last.ended_at)


def list_findings(*, state: str = "", kind: str = "") -> Sequence[KeptFinding]:
    """Findings in a state and of a kind, the most worth first; without a state, those that stand."""
    found = KeptFinding.objects.select_related("owner__user", "last_run", "first_run")
    found = found.select_related("initiative")
    settled = [one.value for one in State if one.is_settled]
    found = found.filter(state=state) if state else found.exclude(state__in=settled)
    return list(found.filter(kind=kind) if kind else found)


def count_states() -> dict[str, int]:
    """How many findings are in each state."""
    return {row["state"]: row["n"] for row in KeptFinding.objects.values("state").order_by().annotate(n=Count("pk"))}


def read_finding_rows(finding: KeptFinding, *, seen_by: Member) -> "Rows":
    """The facts behind a finding that no measure holds, as of the look that told it last.

    Raises NotAllowed for whoever may not see customers, NoSuchRows where a measure holds them.
    """
    from untilyes.analysis.findings.rows import NoSuchRows, read_rows  # noqa: PLC0415 - loads the engine

    require(seen_by, "see_customers")
    if finding.trail is None:
        raise NoSuchRows("The rows of this finding are those of its measure.")
    return read_rows(open_lake(), finding.trail, until=find_end(finding.last_run.asked_at))


def find_end(asked_at: datetime) -> date:
    """The first day left out of what was asked then: that day, or the one after the last of a history that ended."""
    there = asked_at.astimezone(ZoneInfo(current_workspace().timezone))
    present = find_present(there)
    return present.date() if present == there else present.date() + timedelta(days=1)


def list_by_id(finding_ids: Sequence[int]) -> Sequence[KeptFinding]:
    """These findings of the current workspace, the most worth first."""
    return list(KeptFinding.objects.filter(pk__in=list(finding_ids)).select_related("owner__user"))


def list_moved(since: datetime, until: datetime, *, to: State, still: Sequence[State]) -> Sequence[KeptFinding]:
    """Findings that came to a state after `since`, not after `until`, and are now in one of `still`, by their worth."""
    moved = FindingStep.objects.filter(state=to.value, at__gt=since, at__lte=until).values("finding")
    found = KeptFinding.objects.filter(pk__in=moved, state__in=[one.value for one in still])
    return list(found.select_related("owner__user"))


def list_owned(member: Member) -> Sequence[KeptFinding]:
    """What this member acts on and is not over, the day to look first; what has none comes last."""
    mine = KeptFinding.objects.filter(owner=member, state__in=UNDER_WAY)
    mine = mine.select_related("initiative")
    return list(mine.order_by(F("initiative__look_on").asc(nulls_last=True), "-worth"))


def find_initiative(finding: KeptFinding) -> Initiative | None:
    """What we change about it, or None."""
    return Initiative.objects.filter(finding=finding).select_related("finding").first()


def list_steps(finding: KeptFinding) -> Sequence[FindingStep]:
    """What people and later looks made of the finding, the oldest first."""
    return list(finding.steps.order_by("at", "pk"))


@dataclass(frozen=True)
class Reckoned:
    """What stands about a subject (`value`, None before the first time), as of when, and what is done about it."""

    about: str
    value: Any
    as_of: datetime | None
    is_under_way: bool
    doing: str
    done_share: float
    problem: str


def read_reckoning(about: str) -> Reckoned:
    """What was last worked out about "subject:word:word"; nothing where nobody ever asked. Raises LookupError."""
    subject, _ = get_subject(about)
    kept = Reckoning.objects.filter(about=about).first()
    if kept is None:
        return Reckoned(about, None, None, False, "", 0.0, "")
    value = _read_told(subject, kept.told)
    return Reckoned(about, value, kept.ended_at, kept.is_under_way, kept.doing, kept.done_share, kept.problem)


def _read_told(subject: Subject, told: str) -> Any:
    """What stands; nothing where an older version of the house wrote it in another shape."""
    try:
        return subject.read(told) if told else None
    except ValidationError:
        return None
