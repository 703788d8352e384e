"""The conversation of a case, told line by line: words, notes, and what was done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from untilyes.cases.queries import File
from untilyes.cases.queries import Moment as CaseMoment
from untilyes.cases.rules import Step
from untilyes.web.cases.clocks import tell_late
from untilyes.web.customers.history import ENDED

STEPS: Final = {
    Step.OPENED: "said no: the case opened",
    Step.JOINED: "said no again about the same thing",
    Step.TAKEN: "took the case",
    Step.ASSIGNED: "gave the case to",
    Step.CAUSE_NAMED: "named the cause",
    Step.WAITING: "waits for the customer",
    Step.WAIT_OVER: "goes on without waiting for the customer",
    Step.DATE_NAMED: "named the day they can expect it:",
    Step.PROPOSED: "proposed that it is solved; the customer was asked",
    Step.PROPOSAL_TAKEN_BACK: "took the proposal back: not solved after all",
    Step.SAID_YES: "said yes: the case closed",
    Step.SAID_NO: "said no: not solved",
    Step.REVISED: "changed an answer",
    Step.AUTO_REPLIED: "answered automatically, which is no word of theirs",
    Step.NOT_DELIVERED: "was not reached: our mail came back",
    Step.TARGET_MISSED: "The target passed",
    Step.PROMISE_MISSED: "The promise was broken",
    Step.ADDRESS_LEFT: "said where we can write to them",
    Step.PRIORITISED: "set the priority to",
    Step.SNOOZED: "snoozed the case until",
    Step.WOKEN: "took the case back into the queue",
    Step.SUGGESTED: "put the case down for a campaign about",
    Step.MERGED: "took in",
    Step.UNMERGED: "parted it again from",
    Step.PARTED: "gave back",
    Step.SPLIT: "began another case with these words:",
    Step.LINKED: "linked it with",
    Step.UNLINKED: "took away the link with",
    Step.ENDED: "ended the case without a yes",
}
VIA: Final = {
    "email": "by e-mail",
    "survey": "in the survey",
    "portal": "on their page",
    "api": "through another program",
}


@dataclass(frozen=True)
class TalkLine:
    """One line of the conversation. `side` is theirs, ours, note or event."""

    at: datetime
    side: str
    who: str
    text: str
    via: str = ""
    tone: str = ""
    files: tuple[File, ...] = ()
    message_id: int | None = None


def tell_line(moment: CaseMoment) -> TalkLine:
    if moment.kind == "step":
        return _tell_step(moment)
    if moment.kind == "attempt":
        outcome = f": {moment.text}" if moment.text else ""
        return TalkLine(moment.at, "event", moment.who, f"tried to reach them by {moment.via}{outcome}")
    side = {"customer": "theirs", "us": "ours", "note": "note"}[moment.kind]
    return TalkLine(
        moment.at,
        side,
        moment.who,
        moment.text,
        via=VIA.get(moment.via, f"by {moment.via}") if moment.via else "",
        files=moment.files,
        message_id=moment.message_id,
    )


def _tell_step(moment: CaseMoment) -> TalkLine:
    step, detail = moment.step or Step.OPENED, moment.detail or {}
    who = {"customer": "The customer", "UntilYes": ""}.get(moment.who, moment.who)
    if step is Step.OPENED and moment.who != "customer":
        return TalkLine(moment.at, "event", who, "opened the case for the customer")
    if step is Step.TOLD_LATE:
        return TalkLine(moment.at, "event", "", tell_late(detail), tone="" if detail.get("message_id") else "worse")
    if step in {Step.JOINED, Step.SAID_NO} and detail.get("reopened"):
        return TalkLine(moment.at, "event", who, "said no: not solved, the case is open again", tone="worse")
    return TalkLine(
        moment.at, "event", who, STEPS.get(step, step.value) + _tell_detail(step, detail), tone=_TONES.get(step, "")
    )


def _tell_detail(step: Step, detail: Mapping[str, Any]) -> str:
    told = _DETAILS.get(step)
    far = next((detail[name] for name in _FAR if name in detail), None)
    return told(detail) if told else f" #{far}" if far is not None else ""


def _tell_holder(detail: Mapping[str, Any]) -> str:
    to, team = detail.get("to") or "nobody in particular", detail.get("team")
    return f" {to}" + (f", {team}" if team else "")


def _tell_end(detail: Mapping[str, Any]) -> str:
    same = f" (#{detail['duplicate_of']})" if detail.get("duplicate_of") else ""
    return f": {ENDED.get(str(detail.get('how')), '')}{same}"


def _tell_until(detail: Mapping[str, Any]) -> str:
    until = datetime.fromisoformat(str(detail["until"]))
    return f" {timezone.localtime(until):%-d %b, %H:%M}"


# Which case a line is about, where it is about another one.
_FAR: Final = ("absorbed", "of", "begun", "other")
_DETAILS: Final[Mapping[Step, Callable[[Mapping[str, Any]], str]]] = {
    Step.ASSIGNED: _tell_holder,
    Step.CAUSE_NAMED: lambda detail: f": {detail.get('cause') or 'none'}",
    Step.WAITING: lambda detail: f": {detail.get('reason', '')}",
    Step.DATE_NAMED: lambda detail: f" {date.fromisoformat(str(detail['on'])):%-d %B %Y}",
    Step.PRIORITISED: lambda detail: f" {detail.get('priority', '')}",
    Step.SNOOZED: _tell_until,
    Step.SUGGESTED: lambda detail: f" “{detail.get('told_of', '')}”",
    Step.ENDED: _tell_end,
}
_TONES: Final = {
    Step.OPENED: "worse",
    Step.JOINED: "worse",
    Step.SAID_NO: "worse",
    Step.SAID_YES: "better",
    Step.TARGET_MISSED: "worse",
    Step.PROMISE_MISSED: "worse",
}
