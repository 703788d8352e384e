"""What a response does to the cases: the one place where a yes closes, a no reopens, and an unhappy one is followed up.

Decided and tested:

- About a case, both questions yes: closed, from any state, also one we had ended. Anything unhappy: the same case is
  open again. One yes without the other: nothing; silence is never a yes.
- About anything else, unhappy: it opens a case, joins the customer's case on the same interaction, or is set aside.
- The customer changes the answer that opened a case to two yeses, and no other no stands in it: that is the
  customer's own yes, the case closes. Changed back, it reopens. The ledger keeps the response either way.
"""

from django.db import transaction
from django.db.models import Q

from untilyes.cases.actions.opening import join_case, open_case, suppress_signal
from untilyes.cases.actions.working import release_absent
from untilyes.cases.history import CUSTOMER, keep_case, lock_case
from untilyes.cases.likening import note_words
from untilyes.cases.models import Case, CaseMessage, Signal
from untilyes.cases.queries import find_case_about, find_policy, find_standing_case
from untilyes.cases.rules import DUPLICATE_WINDOW, Step, Suppression, is_yes
from untilyes.cases.unhappy import Unhappy
from untilyes.customers.models import Customer
from untilyes.feedback.facts import Circumstances
from untilyes.promises.actions import keep_promises, resume_clocks
from untilyes.promises.rules import Measures
from untilyes.surveys.events import ResponseRecorded


@transaction.atomic
def hear_answer(fact: ResponseRecorded) -> None:
    """Follow up one response, given or changed, in the transaction that records it."""
    unhappy = _read(fact)
    signal = Signal.objects.select_for_update(of=("self",)).filter(response_id=fact.response_id).first()
    case = None if fact.is_test else find_case_about(fact.about)
    if signal is not None:
        _hear_changed(signal, unhappy, fact)
    elif case is not None:
        _hear_about(case.original, unhappy, fact)
    elif unhappy.unhappy_about:
        _follow_up(unhappy, fact)


def _read(fact: ResponseRecorded) -> Unhappy:
    answers = {answer.question: answer for answer in fact.answers}
    known = Customer.objects.select_related("merged_into")
    customer = known.filter(pk=fact.customer_id).first() if fact.customer_id else None
    when = Circumstances(
        at=fact.at,
        source="survey",
        customer_id=fact.customer_id,
        interaction_id=fact.interaction_id,
        channel=fact.channel,
        touchpoint=fact.touchpoint,
        team=fact.team,
    )
    return Unhappy(
        response_id=fact.response_id,
        customer=(customer.merged_into or customer) if customer else None,
        when=when,
        language=fact.language,
        said={question: answer.value for question, answer in answers.items() if answer.value is not None},
        unhappy_about=find_policy().unhappy.find_reasons(answers),
        comment=fact.comment,
    )


def _follow_up(unhappy: Unhappy, fact: ResponseRecorded) -> None:
    """Open, join or set aside. A customer who opted out may still speak up in a case that stands."""
    if fact.is_test:
        suppress_signal(unhappy, reason=Suppression.TEST)
    elif _is_duplicate(unhappy):
        suppress_signal(unhappy, reason=Suppression.DUPLICATE)
    elif standing := find_standing_case(unhappy.customer, interaction_id=fact.interaction_id):
        join_case(standing, unhappy)
    elif unhappy.customer and unhappy.customer.opted_out_at is not None:
        suppress_signal(unhappy, reason=Suppression.OPTED_OUT)
    else:
        open_case(unhappy.customer, when=unhappy.when, words=fact.comment, language=fact.language, unhappy=unhappy)


def _is_duplicate(unhappy: Unhappy) -> bool:
    """Whether a known customer said exactly this about the same interaction within the hour, in another response."""
    if unhappy.customer is None:
        return False
    lately = Signal.objects.filter(
        customer=unhappy.customer,
        interaction_id=unhappy.when.interaction_id,
        at__range=(unhappy.at - DUPLICATE_WINDOW, unhappy.at),
        revised_at=None,
    )
    return any(said == unhappy.said for said in lately.values_list("said", flat=True))


def _hear_about(case: Case, unhappy: Unhappy, fact: ResponseRecorded) -> None:
    """The customer answers whether it is solved."""
    if unhappy.unhappy_about:
        join_case(case, unhappy)
        return
    if is_yes({answer.question: answer for answer in fact.answers}):
        _close(case, fact)
    _hear_words(case, fact)


def _hear_changed(signal: Signal, unhappy: Unhappy, fact: ResponseRecorded) -> None:
    """A response that was unhappy once is changed."""
    was_happy = signal.revised_at is not None
    is_happy = not unhappy.unhappy_about
    signal.revised_at = (signal.revised_at or fact.at) if is_happy else None
    signal.said = unhappy.said
    signal.unhappy_about = list(unhappy.unhappy_about) or signal.unhappy_about
    signal.save()
    case = signal.case.original if signal.case else None
    if case is None:
        return
    _hear_words(case, fact)
    if is_happy and not was_happy:
        _weigh_change(case, fact)
    elif was_happy and not is_happy:
        _reopen(case, fact)


def _weigh_change(case: Case, fact: ResponseRecorded) -> None:
    """A no became something happy: a yes to the whole case if it answers both questions and no other no stands."""
    says_yes = is_yes({answer.question: answer for answer in fact.answers})
    is_about_case = fact.about == case.ref
    # What was merged into the case stands in it too, and so does a case that was opened by hand.
    family = Signal.objects.filter(Q(case=case) | Q(case__duplicate_of=case), revised_at=None)
    by_hand = Case.objects.filter(Q(pk=case.pk) | Q(duplicate_of=case), opened_by_response=None)
    others = family.exclude(response_id=fact.response_id).exists() or by_hand.exists()
    if says_yes and (is_about_case or not others):
        _close(case, fact)
    else:
        lock_case(case)
        keep_case(case, Step.REVISED, at=fact.at, by_name=CUSTOMER)


def _close(case: Case, fact: ResponseRecorded) -> None:
    """The customer said yes. A second yes changes nothing."""
    lock_case(case)
    if case.yes_at is not None:
        return
    case.say_yes(fact.at)
    keep_case(case, Step.SAID_YES, at=fact.at, by_name=CUSTOMER)
    resume_clocks(Measures.TIME_TO_YES, about=case.ref)
    keep_promises(Measures.TIME_TO_YES, about=case.ref, at=fact.at)


def _reopen(case: Case, fact: ResponseRecorded) -> None:
    """The customer took a yes back."""
    lock_case(case)
    release_absent(case, at=fact.at)
    reopened = case.say_no()
    keep_case(case, Step.SAID_NO, at=fact.at, by_name=CUSTOMER, reopened=reopened)
    if reopened:
        resume_clocks(Measures.TIME_TO_YES, about=case.ref)


def _hear_words(case: Case, fact: ResponseRecorded) -> None:
    """Keep what was written in the response in the conversation; a changed response changes it."""
    if not fact.comment.strip():
        return
    message, _ = CaseMessage.objects.update_or_create(
        case=case,
        response_id=fact.response_id,
        defaults={
            "direction": CaseMessage.Direction.CUSTOMER,
            "author_name": str(case.customer) if case.customer else "",
            "text": fact.comment.strip(),
            "at": fact.at,
            "via": "survey",
        },
    )
    note_words(message)
