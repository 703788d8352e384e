"""Verbs of the cases room. There is none to close a case: only the customer's yes does, by way of `hear_answer`."""

from untilyes.cases.actions.answering import hear_answer
from untilyes.cases.actions.causing import move_cause, retire_cause, set_root_cause
from untilyes.cases.actions.conversing import add_customer_message, add_note, record_attempt, write_to_customer
from untilyes.cases.actions.desk import keep_draft, note_presence, remove_view, save_view
from untilyes.cases.actions.ending import end_case
from untilyes.cases.actions.knowing import leave_address
from untilyes.cases.actions.many import Done, change_many
from untilyes.cases.actions.merging import merge_cases, unmerge_case
from untilyes.cases.actions.opening import change_handling, change_policy, join_case, open_case, suppress_signal
from untilyes.cases.actions.preparing import discard_reply, prepare_reply
from untilyes.cases.actions.proposing import propose_solution, take_back_proposal
from untilyes.cases.actions.receiving import receive_mail
from untilyes.cases.actions.resting import snooze_case, wake_case
from untilyes.cases.actions.splitting import link_cases, split_case, unlink_cases
from untilyes.cases.actions.taking_up import take_up_exception
from untilyes.cases.actions.tasking import set_task
from untilyes.cases.actions.telling import alert_members, name_date, tell_of_misses
from untilyes.cases.actions.waiting import stop_waiting, wait_for_customer
from untilyes.cases.actions.working import assign_case, raise_priority, set_priority, take_case

__all__ = [
    "Done",
    "add_customer_message",
    "add_note",
    "alert_members",
    "assign_case",
    "change_handling",
    "change_many",
    "change_policy",
    "discard_reply",
    "end_case",
    "hear_answer",
    "join_case",
    "keep_draft",
    "leave_address",
    "link_cases",
    "merge_cases",
    "move_cause",
    "name_date",
    "note_presence",
    "open_case",
    "prepare_reply",
    "propose_solution",
    "raise_priority",
    "receive_mail",
    "record_attempt",
    "remove_view",
    "retire_cause",
    "save_view",
    "set_priority",
    "set_root_cause",
    "set_task",
    "snooze_case",
    "split_case",
    "stop_waiting",
    "suppress_signal",
    "take_back_proposal",
    "take_case",
    "take_up_exception",
    "tell_of_misses",
    "unlink_cases",
    "unmerge_case",
    "wait_for_customer",
    "wake_case",
    "write_to_customer",
]
