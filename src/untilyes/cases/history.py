"""How a change to a case is written down: in its history, and in the lake. Part of every verb's transaction."""

from datetime import datetime
from typing import Any

from untilyes.cases.events import CaseStepped
from untilyes.cases.models import Case, CaseEntry, CaseMessage
from untilyes.cases.owed import Move, list_owed, list_pauses, list_stays
from untilyes.cases.rules import Step
from untilyes.feedback.actions import record_facts
from untilyes.feedback.facts import Circumstances
from untilyes.plumbing.announce import announce
from untilyes.promises.actions import settle_clocks, settle_pauses
from untilyes.promises.pausing import Pause
from untilyes.promises.rules import Measures
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member

CUSTOMER = "customer"


def lock_case(case: Case) -> Case:
    """Read the case anew and hold it until the transaction ends, so that of two verbs at once one waits."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)))
    return case


def circumstances_of(case: Case) -> Circumstances:
    """When, where and with whom the case began."""
    return Circumstances(
        at=case.opened_at,
        source=case.source,
        customer_id=case.customer_id,
        interaction_id=case.interaction_id,
        channel=case.channel,
        touchpoint=case.touchpoint,
        team=case.team,
    )


def write_history(
    case: Case, step: Step, *, at: datetime, by: Member | None = None, by_name: str = "", **detail: Any
) -> None:
    """Add the line for a step just taken, with the state it left; what we owe is read from the lines anew."""
    name = by.user.display_name if by else by_name or "UntilYes"
    entry = CaseEntry.objects.create(
        case=case, at=at, step=step.value, state=case.state, by=by, by_name=name, detail=detail
    )
    settle_owed(case)
    announce(CaseStepped(case_id=case.pk, entry_id=entry.pk, step=step, at=at))


def keep_case(
    case: Case, step: Step, *, at: datetime, by: Member | None = None, by_name: str = "", **detail: Any
) -> None:
    """Save a changed case with everything that must say so: its history, the audit trail, the lake."""
    case.save()
    write_history(case, step, at=at, by=by, by_name=by_name, **detail)
    record_audit(f"case_{step.value}", about=case.ref, at=at, by=by, by_name=by_name, **detail)
    tell_lake(case)


def keep_message(
    case: Case, text: str, *, direction: CaseMessage.Direction, at: datetime, via: str, **more: Any
) -> CaseMessage:
    """Keep what one side said, and on the case when each side last did."""
    message = CaseMessage.objects.create(case=case, direction=direction, text=text, at=at, via=via, **more)
    case.note_word(at, is_theirs=direction == CaseMessage.Direction.CUSTOMER, via=via)
    case.save(update_fields=["heard_at", "answered_at"])
    return message


def settle_owed(case: Case) -> None:
    """Bring the promises about answers, and the pauses of all its promises, in line with the case's history."""
    moves, when = _read_moves(case), circumstances_of(case)
    owed = list_owed((at, step) for at, step, _ in moves)
    stays = list_stays(moves, team=case.team if all(team is None for _, _, team in moves) else "")
    for measure, spans in (*owed.items(), (Measures.OWNERSHIP, stays)):
        settle_clocks(measure, about=case.ref, spans=spans, when=when)
    settle_pauses(case.ref, pauses=read_pauses(case))


def read_pauses(case: Case) -> list[Pause]:
    """When we waited for the customer of this case, the oldest first; the last has no end while we do."""
    heard = case.messages.filter(direction=CaseMessage.Direction.CUSTOMER).values_list("at", flat=True)
    return list_pauses([(at, step) for at, step, _ in _read_moves(case)], heard=list(heard))


def _read_moves(case: Case) -> list[Move]:
    lines = case.history.order_by("at", "pk").values_list("at", "step", "detail")
    return [(at, Step(step), detail.get("team")) for at, step, detail in lines]


def tell_lake(case: Case) -> None:
    """Record the case as it stands; told again under the same id it corrects itself."""
    fact = {
        "id": f"case:{case.number}",
        "case_id": str(case.number),
        "opened_at": case.opened_at,
        "proposed_at": case.proposed_at,
        "yes_at": case.yes_at,
        "ended_at": case.ended_at,
        "ended_how": case.ended_how or None,
        "root_cause": case.root_cause or None,
        "reopens": case.reopens,
    }
    record_facts("cases", [circumstances_of(case).envelope() | fact])
