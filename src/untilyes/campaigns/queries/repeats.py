"""Which root causes keep coming back, and what was decided about each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from untilyes.campaigns.models import Repeat
from untilyes.campaigns.rules import Decision
from untilyes.cases.models import Case
from untilyes.cases.queries.finding import OVER
from untilyes.stats import Estimate, estimate_share

LATELY: Final = timedelta(days=90)
REPEATS: Final = 3
"""From so many cases on a cause is said to keep coming back."""


@dataclass(frozen=True)
class RepeatLine:
    """One cause that keeps coming back. `share` is of the cases of these days whose cause is known.

    `since` counts the cases opened after the decision: a fix that works brings none.
    """

    cause: str
    cases: int
    still_open: int
    share: Estimate
    repeat: Repeat | None
    since: int

    @property
    def decision(self) -> Decision | None:
        return Decision(self.repeat.decision) if self.repeat else None

    def is_late(self, today: date) -> bool:
        """Whether a fix was due and the cause came back after it."""
        due_on = self.repeat.due_on if self.repeat else None
        return self.decision is Decision.FIX and due_on is not None and due_on < today


def list_repeats(*, at: datetime) -> list[RepeatLine]:
    """Every cause of several cases in the last 90 days, and every one decided about; undecided and frequent first."""
    told = Case.objects.filter(opened_at__gte=at - LATELY, opened_at__lte=at).exclude(root_cause="")
    cases: dict[str, list[tuple[datetime, bool]]] = {}
    for cause, opened_at, state in told.values_list("root_cause", "opened_at", "state"):
        cases.setdefault(cause, []).append((opened_at, state not in OVER))
    decided = {repeat.cause: repeat for repeat in Repeat.objects.select_related("owner__user")}
    known = sum(len(one) for one in cases.values())
    wanted = {cause for cause, one in cases.items() if len(one) >= REPEATS} | set(decided)
    lines = [_line(cause, cases.get(cause, []), known, decided.get(cause)) for cause in wanted]
    return sorted(lines, key=lambda line: (line.repeat is not None, -line.cases, line.cause))


def _line(cause: str, cases: list[tuple[datetime, bool]], known: int, repeat: Repeat | None) -> RepeatLine:
    return RepeatLine(
        cause=cause,
        cases=len(cases),
        still_open=sum(is_open for _, is_open in cases),
        share=estimate_share(len(cases), known),
        repeat=repeat,
        since=sum(opened_at > repeat.decided_at for opened_at, _ in cases) if repeat else 0,
    )
