"""Verbs of the cases room. There is none to close a case: only the customer's yes does, by way of `hear_answer`."""

from untilyes.cases.actions.answering import hear_answer
from untilyes.cases.actions.conversing import add_customer_message, add_note, record_attempt, write_to_customer
from untilyes.cases.actions.ending import end_case
from untilyes.cases.actions.opening import change_policy, join_case, open_case, suppress_signal
from untilyes.cases.actions.proposing import propose_solution, take_back_proposal
from untilyes.cases.actions.receiving import receive_mail
from untilyes.cases.actions.waiting import stop_waiting, wait_for_customer
from untilyes.cases.actions.working import assign_case, raise_priority, set_root_cause, take_case

__all__ = [
    "add_customer_message",
    "add_note",
    "assign_case",
    "change_policy",
    "end_case",
    "hear_answer",
    "join_case",
    "open_case",
    "propose_solution",
    "raise_priority",
    "receive_mail",
    "record_attempt",
    "set_root_cause",
    "stop_waiting",
    "suppress_signal",
    "take_back_proposal",
    "take_case",
    "wait_for_customer",
    "write_to_customer",
]
