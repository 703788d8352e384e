"""Questions about findings; never writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from untilyes.insights.models import FindingStep, KeptFinding, Run
from untilyes.insights.rules import State


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
    settled = [one.value for one in State if one.is_settled]
    found = found.filter(state=state) if state else found.exclude(state__in=settled)
    return list(found.filter(kind=kind) if kind else found)


def count_states() -> dict[str, int]:
    """How many findings are in each state."""
    return {row["state"]: row["n"] for row in KeptFinding.objects.values("state").order_by().annotate(n=Count("pk"))}


def list_steps(finding: KeptFinding) -> Sequence[FindingStep]:
    """What people and later looks made of the finding, the oldest first."""
    return list(finding.steps.order_by("at", "pk"))
