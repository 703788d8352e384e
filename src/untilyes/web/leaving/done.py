"""What is done about the sources of departures that a look found."""

from collections.abc import Mapping
from dataclasses import dataclass

from untilyes.insights.models import Initiative, KeptFinding
from untilyes.insights.queries import list_findings
from untilyes.insights.wording import STATES, tell_outcome
from untilyes.workspaces.models import Member

CHURN_SOURCE = "churn_source"


@dataclass(frozen=True)
class Done:
    """A source that a look found, who does what about it, and what the measure says since."""

    finding: KeptFinding
    state: str
    owner: str
    initiative: Initiative | None
    outcome: str
    may_begin: bool


def list_done(member: Member) -> Mapping[str, Done]:
    """Key → what is done about it, for the standing findings about departures, the most worth first."""
    may = member.may("act_on_findings")
    return {one.key: _tell(one, may) for one in list_findings(kind=CHURN_SOURCE)}


def _tell(finding: KeptFinding, may_act: bool) -> Done:
    initiative = finding.initiative if hasattr(finding, "initiative") and finding.initiative.is_under_way else None
    return Done(
        finding,
        STATES[finding.state],
        str(finding.owner or ""),
        initiative,
        tell_outcome(initiative) if initiative else "",
        may_act and initiative is None,
    )
