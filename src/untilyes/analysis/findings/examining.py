"""One look at everything: ask all questions, then judge all answers together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Protocol

from untilyes.analysis.findings.breaks import examine_breaks
from untilyes.analysis.findings.broken import examine_broken_promises
from untilyes.analysis.findings.changes import examine_changes
from untilyes.analysis.findings.differences import examine_differences
from untilyes.analysis.findings.drivers import examine_drivers
from untilyes.analysis.findings.emerging import examine_emerging
from untilyes.analysis.findings.finding import Candidate
from untilyes.analysis.findings.groups import examine_groups
from untilyes.analysis.findings.handling import examine_handling
from untilyes.analysis.findings.judging import FALSE_SHARE, Judgement, judge
from untilyes.analysis.findings.leaving import examine_leaving
from untilyes.analysis.findings.money import count_money
from untilyes.analysis.findings.people import meet_in
from untilyes.analysis.findings.quality import examine_quality
from untilyes.analysis.findings.teams import examine_teams
from untilyes.analysis.findings.thresholds import examine_thresholds
from untilyes.lake import Lake

Progress = Callable[[str, float], None]


class Examiner(Protocol):
    """Asks many questions of one sort."""

    def __call__(self, lake: Lake, *, until: date) -> Iterator[Candidate]: ...


EXAMINERS: Final[tuple[tuple[str, Examiner], ...]] = (
    ("What changed", examine_changes),
    ("Where customers fare worse", examine_differences),
    ("Whose customers fare worse", examine_teams),
    ("What customers say to broken promises", examine_broken_promises),
    ("What goes with broken promises", examine_handling),
    ("Where journeys break", examine_breaks),
    ("What matters", examine_drivers),
    ("Where customers turn", examine_thresholds),
    ("Who leaves, and after what", examine_leaving),
    ("Who needs something else", examine_groups),
    ("What they have begun to say", examine_emerging),
    ("What is wrong with the facts", examine_quality),
)


def examine_everything(
    lake: Lake,
    *,
    until: date,
    progress: Progress | None = None,
    false_share: float = FALSE_SHARE,
    in_money: bool = False,
) -> Judgement:
    """Everything worth saying about the facts before the day `until`, with one error budget for all of it.

    With `in_money` each finding says what its customers spent, where it is known who they are and what they bought.
    """
    candidates: list[Candidate] = []
    for number, (doing, examine) in enumerate(EXAMINERS):
        if progress:
            progress(doing, number / len(EXAMINERS))
        candidates += examine(lake, until=until)
    judged = judge(candidates, false_share=false_share, are_the_same=meet_in(lake))
    return _weigh(lake, judged, candidates, until) if in_money else judged


def _weigh(lake: Lake, judged: Judgement, candidates: Sequence[Candidate], until: date) -> Judgement:
    """Each finding with what its customers spent, where it is known whom it is about."""
    people = {candidate.key: candidate.people for candidate in candidates}
    weighed = [
        replace(finding, money=count_money(lake, who, until=until)) if (who := people[finding.key]) else finding
        for finding in judged.findings
    ]
    return replace(judged, findings=tuple(weighed))
