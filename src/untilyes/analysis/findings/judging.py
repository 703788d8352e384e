"""From everything that was examined to the few things worth saying: one error budget, duplicates folded, ranked."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from untilyes.analysis.findings.finding import Candidate, Finding
from untilyes.stats.multiplicity import correct

FALSE_SHARE = 0.05
"""Of all findings of a run, at most this share is false, on average."""


AreTheSame = Callable[[Candidate, Candidate], bool]
"""Whether two candidates with one claim are about the same people."""


@dataclass(frozen=True)
class Judgement:
    """What a run found, the most worth first, and how many questions it asked to find it."""

    findings: tuple[Finding, ...]
    asked: int

    @property
    def folded(self) -> int:
        """How many real things were only another sight of one that is told."""
        return sum(len(finding.also) for finding in self.findings)


def judge(
    candidates: Iterable[Candidate], *, false_share: float = FALSE_SHARE, are_the_same: AreTheSame | None = None
) -> Judgement:
    """Decide which candidates are findings.

    All p-values are corrected together (Benjamini & Hochberg 1995), those of candidates that would not matter
    included: who looks at 500 things and shows the 20 that looked interesting has still looked at 500. What is real
    and matters is told, unless another finding explains it; then that one says so under `also`. Of one claim about the
    same people the surest is told.
    """
    examined = list(candidates)
    tested = [candidate for candidate in examined if candidate.p is not None]
    corrected = correct(np.array([candidate.p for candidate in tested])) if tested else np.array([])
    q_of = {candidate.key: float(q) for candidate, q in zip(tested, corrected, strict=True)}
    real = [
        (candidate, replace(candidate.tell(), q=q_of.get(candidate.key)))
        for candidate in examined
        if candidate.matters and q_of.get(candidate.key, 0.0) <= false_share
    ]
    real = _hear_both_sides(real)
    told = _fold(_meet_again(real, are_the_same) if are_the_same else real)
    return Judgement(tuple(sorted(told, key=lambda finding: (-finding.worth, finding.key))), len(tested))


def _hear_both_sides(real: Sequence[tuple[Candidate, Finding]]) -> list[tuple[Candidate, Finding]]:
    """What a candidate explains is written to those it explains, behind what they know themselves."""
    named: dict[str, list[str]] = defaultdict(list)
    for candidate, _ in real:
        for key in candidate.explains:
            named[key].append(candidate.key)
    return [
        (replace(candidate, explained_by=(*candidate.explained_by, *named[candidate.key])), finding)
        for candidate, finding in real
    ]


def _meet_again(real: Sequence[tuple[Candidate, Finding]], are_the_same: AreTheSame) -> list[tuple[Candidate, Finding]]:
    """What a surer candidate claims of the same people explains it, behind everything else that does."""
    surer: dict[str, list[str]] = defaultdict(list)
    claiming = sorted(
        (candidate for candidate, _ in real if candidate.claim and candidate.people),
        key=lambda candidate: (candidate.p or 0.0, candidate.key),
    )
    for one, other in combinations(claiming, 2):
        if one.claim == other.claim and are_the_same(one, other):
            surer[other.key].append(one.key)
    return [
        (replace(candidate, explained_by=(*candidate.explained_by, *surer[candidate.key])), finding)
        for candidate, finding in real
    ]


def _enter_circle(left: Mapping[str, Candidate], cause_of: Mapping[str, str]) -> dict[str, str]:
    """Where everything left waits for something left: what leads to something told already, else the surest by itself.

    Of three names for one thing, each explained by both others, one is told.
    """
    led = {
        key: next(cause_of[cause] for cause in candidate.explained_by if cause in cause_of)
        for key, candidate in left.items()
        if any(cause in cause_of for cause in candidate.explained_by)
    }
    surest = min(left.values(), key=lambda candidate: (candidate.p or 0.0, candidate.key))
    return led or {surest.key: surest.key}


def _fold(real: Sequence[tuple[Candidate, Finding]]) -> list[Finding]:
    """Leave out what another real candidate explains; explanations of explanations lead to where they end.

    Where explanations go round in a circle, the surest of them is told.
    """
    left = {candidate.key: candidate for candidate, _ in real}
    cause_of: dict[str, str] = {}
    while left:
        settled = {
            key: next((cause_of[cause] for cause in candidate.explained_by if cause in cause_of), key)
            for key, candidate in left.items()
            if not any(cause in left and cause != key for cause in candidate.explained_by)
        }
        if not settled:
            settled = _enter_circle(left, cause_of)
        cause_of |= settled
        for key in settled:
            del left[key]
    also: dict[str, list[str]] = defaultdict(list)
    for candidate, finding in real:
        if cause_of[candidate.key] != candidate.key:
            also[cause_of[candidate.key]].append(finding.sentence)
    return [
        replace(finding, also=tuple(also[candidate.key]))
        for candidate, finding in real
        if cause_of[candidate.key] == candidate.key
    ]
