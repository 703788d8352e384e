"""What customers of cases came with: their words go into the index of tasks, and what was sent is told to it."""

from untilyes.cases.history import circumstances_of
from untilyes.cases.models import Case, CaseMessage
from untilyes.tasks.actions import note_matter, note_steps_sent
from untilyes.workspaces.models import Member


def note_words(message: CaseMessage) -> None:
    """Let what a customer just wrote be found by others who work on the like. Part of the transaction."""
    case: Case = message.case
    note_matter(case.ref, message.text, when=circumstances_of(case))


def note_what_was_sent(message: CaseMessage, *, by: Member) -> None:
    """Let the steps of the playbook that we just sent be measured. Part of the transaction."""
    case: Case = message.case
    note_steps_sent(case.ref, message.text, when=circumstances_of(case), by=by, at=message.at)
