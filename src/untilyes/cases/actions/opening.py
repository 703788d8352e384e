"""What becomes of an unhappy response: a case of its own, a place in one that stands, or a stated reason why not."""

from datetime import datetime
from typing import Any

from django.db import transaction

from untilyes.cases.actions.working import release_absent
from untilyes.cases.history import CUSTOMER, circumstances_of, keep_case, keep_message, lock_case
from untilyes.cases.likening import note_words
from untilyes.cases.models import Case, CaseMessage, CasePolicy, CustomerValue, Signal
from untilyes.cases.queries import find_case_for_response
from untilyes.cases.rules import CauseRule, Outcome, Step, Suppression, UnhappyRule
from untilyes.cases.unhappy import Unhappy
from untilyes.customers.models import Customer
from untilyes.feedback.facts import Circumstances
from untilyes.promises.actions import ensure_default_promises, resume_clocks, start_clocks
from untilyes.promises.rules import Measures
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace


@transaction.atomic
def open_case(
    customer: Customer | None,
    *,
    when: Circumstances,
    words: str = "",
    language: str = "",
    by: Member | None = None,
    unhappy: Unhappy | None = None,
) -> Case:
    """Open a case: on an unhappy response, or by hand for somebody who complained by phone (`by`, and their `words`).

    The promises about time to yes begin with it. Opening twice on one response returns the first case.
    """
    if by:
        require(by, "work_cases")
    if unhappy and (standing := find_case_for_response(unhappy.response_id)):
        return standing
    case = Case(
        number=_next_number(),
        customer=customer,
        interaction_id=when.interaction_id,
        source=when.source,
        channel=when.channel,
        touchpoint=when.touchpoint,
        team=when.team,
        language=language or (customer.language if customer else "") or current_workspace().language,
        opened_by_response=unhappy.response_id if unhappy else None,
        opened_at=when.at,
    )
    by_name = "" if by else CUSTOMER
    detail = {"team": case.team} | ({"unhappy_about": list(unhappy.unhappy_about)} if unhappy else {})
    keep_case(case, Step.OPENED, at=when.at, by=by, by_name=by_name, **detail)
    if unhappy:
        _enter(unhappy, Outcome.OPENED, case)
    if words.strip():
        _hear(case, words, at=when.at, via="survey" if unhappy else when.channel, unhappy=unhappy)
    ensure_default_promises(at=when.at)
    start_clocks(Measures.TIME_TO_YES, about=case.ref, when=circumstances_of(case))
    return case


@transaction.atomic
def join_case(case: Case, unhappy: Unhappy) -> Case:
    """Let an unhappy response join a case that stands; one that was over, or waited for an answer, is open again."""
    lock_case(case)
    release_absent(case, at=unhappy.at)
    reopened = case.say_no()
    keep_case(
        case,
        Step.JOINED,
        at=unhappy.at,
        by_name=CUSTOMER,
        unhappy_about=list(unhappy.unhappy_about),
        reopened=reopened,
    )
    _enter(unhappy, Outcome.JOINED, case)
    if unhappy.comment.strip():
        _hear(case, unhappy.comment, at=unhappy.at, via="survey", unhappy=unhappy)
    if reopened:
        resume_clocks(Measures.TIME_TO_YES, about=case.ref)
    return case


def suppress_signal(unhappy: Unhappy, *, reason: Suppression) -> Signal:
    """Set an unhappy response aside, for a stated reason, where the ledger shows it."""
    signal = unhappy.signal(Outcome.SUPPRESSED, reason)
    signal.save()
    return signal


@transaction.atomic
def change_policy(
    *, unhappy: UnhappyRule | None = None, attempts: int = 0, attempt_days: int = 0, at: datetime, by: Member
) -> CasePolicy:
    """Change from now on what counts as unhappy, or how long we keep trying to reach somebody."""
    require(by, "edit_workspace")
    policy = _locked_policy()
    if unhappy:
        policy.trust = list(unhappy.trust)
        policy.nps_at_most, policy.csat_at_most = unhappy.nps_at_most, unhappy.csat_at_most
        policy.in_force_from = at
    policy.attempts = attempts or policy.attempts
    policy.attempt_days = attempt_days or policy.attempt_days
    policy.save()
    record_audit("change_policy", about="case_policy", at=at, by=by, policy=str(policy))
    return policy


@transaction.atomic
def change_handling(
    *, reopen_days: int, cause_rule: CauseRule, value_trait: str, at: datetime, by: Member
) -> CasePolicy:
    """Change how cases are worked: when words open a new one, what is known of a cause, what a customer is worth.

    What customers are worth is read anew. Raises NotAllowed.
    """
    require(by, "edit_workspace")
    policy = _locked_policy()
    is_new = policy.value_trait != value_trait.strip()
    policy.reopen_days, policy.cause_rule = reopen_days, cause_rule.value
    policy.value_trait = value_trait.strip()
    policy.save()
    if is_new:
        CustomerValue.objects.all().delete()
    told: dict[str, Any] = {
        "reopen_days": reopen_days,
        "cause_rule": cause_rule.value,
        "value_trait": policy.value_trait,
    }
    record_audit("change_handling", about="case_policy", at=at, by=by, **told)
    return policy


def _enter(unhappy: Unhappy, outcome: Outcome, case: Case) -> None:
    signal = unhappy.signal(outcome)
    signal.case = case
    signal.save()


def _hear(case: Case, words: str, *, at: datetime, via: str, unhappy: Unhappy | None) -> None:
    message = keep_message(
        case,
        words.strip(),
        direction=CaseMessage.Direction.CUSTOMER,
        author_name=str(case.customer) if case.customer else "",
        at=at,
        via=via or "phone",
        response_id=unhappy.response_id if unhappy else None,
    )
    note_words(message)


def _locked_policy() -> CasePolicy:
    CasePolicy.objects.get_or_create()
    return CasePolicy.objects.select_for_update().get()


def _next_number() -> int:
    """A number never given before in this workspace; holding the row makes two openings at once wait for each other."""
    policy = _locked_policy()
    policy.last_number += 1
    policy.save(update_fields=["last_number"])
    return policy.last_number
