"""Verbs of the cases room. There is none to close a case: only the customer's yes does, by way of `hear_answer`."""

from untilyes.cases.actions.answering import hear_answer
from untilyes.cases.actions.causing import move_cause, retire_cause, set_root_cause
from untilyes.cases.actions.conversing import add_customer_message, add_note, record_attempt, write_to_customer
from untilyes.cases.actions.ending import end_case
from untilyes.cases.actions.merging import merge_cases, unmerge_case
from untilyes.cases.actions.opening import change_policy, join_case, open_case, suppress_signal
from untilyes.cases.actions.proposing import propose_solution, take_back_proposal
from untilyes.cases.actions.receiving import receive_mail
from untilyes.cases.actions.resting import snooze_case, wake_case
from untilyes.cases.actions.splitting import link_cases, split_case, unlink_cases
from untilyes.cases.actions.waiting import stop_waiting, wait_for_customer
from untilyes.cases.actions.working import assign_case, raise_priority, set_priority, take_case

__all__ = [
    "add_customer_message",
    "add_note",
    "assign_case",
    "change_policy",
    "end_case",
    "hear_answer",
    "join_case",
    "link_cases",
    "merge_cases",
    "move_cause",
    "open_case",
    "propose_solution",
    "raise_priority",
    "receive_mail",
    "record_attempt",
    "retire_cause",
    "set_priority",
    "set_root_cause",
    "snooze_case",
    "split_case",
    "stop_waiting",
    "suppress_signal",
    "take_back_proposal",
    "take_case",
    "unlink_cases",
    "unmerge_case",
    "wait_for_customer",
    "wake_case",
    "write_to_customer",
]
