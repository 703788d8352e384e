"""Findings: what a good analyst would say after weeks with these facts; true, few, ranked, each with its evidence."""

from untilyes.analysis.findings.finding import Candidate, Figure, Finding, Kind, Look, Money, Tone, Trail
from untilyes.analysis.findings.judging import Judgement, judge

__all__ = ["Candidate", "Figure", "Finding", "Judgement", "Kind", "Look", "Money", "Tone", "Trail", "judge"]
