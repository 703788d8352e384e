"""Letters to whoever acts on a finding: when they are given it, and when the measure has something to say."""

from collections.abc import Sequence
from enum import StrEnum

from untilyes.insights.models import KeptFinding
from untilyes.insights.queries import find_initiative, list_by_id
from untilyes.insights.wording import tell_outcome
from untilyes.plumbing.mail import send_mail_soon
from untilyes.reports.gathering import tell
from untilyes.workspaces.tenancy import current_workspace


class Why(StrEnum):
    """Why somebody gets a letter about a finding of theirs; its value is the beginning of the subject."""

    GIVEN = "yours to act on"
    VERIFIED = "verified by the measure"
    GREW = "it grew"
    DAY = "the day to look"


_HEADS = {
    Why.GIVEN: "{by} gave you this to act on:",
    Why.VERIFIED: "What you acted on is no longer found. Only the measure can say so, and it does:",
    Why.GREW: "What you act on has become half as large again since you began, by more than chance:",
    Why.DAY: "Today is the day you chose for asking the measure whether this helped:",
}


def write_to_owners(finding_ids: Sequence[int], *, why: Why, by_name: str = "") -> int:
    """Put a letter about each finding on its way to whoever owns it; return how many."""
    owned = [one for one in list_by_id(finding_ids) if one.owner is not None]
    for finding in owned:
        _write(finding, why, by_name)
    return len(owned)


def _write(finding: KeptFinding, why: Why, by_name: str) -> None:
    owner, initiative = finding.owner, find_initiative(finding)
    if owner is None:
        return
    context = {
        "owner": owner,
        "head": _HEADS[why].format(by=by_name),
        "finding": tell(finding, width=400),
        "initiative": initiative,
        "begun_with": initiative.begun_with["sentence"] if initiative else "",
        "outcome": tell_outcome(initiative) if initiative and why is not Why.GIVEN else "",
    }
    subject = f"{current_workspace().name}: {why.value}"
    send_mail_soon("reports/owner", to=owner.user.email, subject=subject, context=context)
