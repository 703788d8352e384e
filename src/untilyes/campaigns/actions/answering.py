"""Everybody who gives feedback hears back: a letter is drafted from facts, written by a person, approved, then sent."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from untilyes.campaigns.mail import send_letter
from untilyes.campaigns.models import Letter, LetterCopy, LetterPlan, LetterRefusal
from untilyes.campaigns.queries.letters import draft_text, list_readers, list_refused, read_heard
from untilyes.campaigns.rules import Fate, NotPossible, Stage, check_text, find_month_start
from untilyes.campaigns.telling import choose_text
from untilyes.customers.models import Customer
from untilyes.customers.queries import find_email
from untilyes.workspaces.access import require
from untilyes.workspaces.actions import record_audit
from untilyes.workspaces.models import Member
from untilyes.workspaces.tenancy import current_workspace

logger = logging.getLogger(__name__)
_ONE_DAY = timedelta(days=1)


@transaction.atomic
def plan_letters(*, is_monthly: bool, by: Member, at: datetime) -> LetterPlan:
    """Have a letter drafted by itself every month, or not. Sending always waits for a person. Raises NotAllowed."""
    require(by, "run_campaigns")
    plan, _ = LetterPlan.objects.get_or_create()
    if plan.is_on != is_monthly:
        plan.is_on = is_monthly
        plan.save(update_fields=["is_on"])
        record_audit("plan_letters", about="letters", at=at, by=by, is_monthly=is_monthly)
    return plan


@transaction.atomic
def draft_letter(*, at: datetime, by: Member | None = None) -> Letter:
    """Draft a letter about everything heard since the last one, or in the month before when there is none.

    It ends with the last full month; asked for by hand within one that has a letter already, it ends now. A draft that
    stands is returned. Raises NotPossible when nobody told us anything, NotAllowed.
    """
    if by:
        require(by, "run_campaigns")
    if standing := Letter.objects.filter(stage=Stage.DRAFT).first():
        return standing
    since, until = _find_span(at)
    heard = read_heard(since=since, until=until)
    if not heard.customers:
        raise NotPossible("Nobody whom we know has told us anything since the last letter.")
    language = current_workspace().language
    texts = {language: draft_text(heard, language=language)}
    letter = Letter.objects.create(since=since, until=until, texts=texts, drafted_at=at)
    record_audit("draft_letter", about=f"letter:{letter.pk}", at=at, by=by, customers=heard.customers)
    return letter


@transaction.atomic
def write_letter(letter: Letter, texts: Mapping[str, Mapping[str, str]], *, by: Member, at: datetime) -> Letter:
    """Write what customers will read, in each language, the house's own at least. Raises NotPossible, NotAllowed."""
    require(by, "run_campaigns")
    _refuse_unless_draft(letter)
    default = current_workspace().language
    if default not in texts:
        raise NotPossible(f"Write it in {default} at least: whoever speaks no language you wrote it in reads that.")
    letter.texts = {
        language: {
            "heard": check_text(said.get("heard", ""), what="What we heard"),
            "did": check_text(said.get("did", ""), what="What we did"),
        }
        for language, said in texts.items()
    }
    letter.save(update_fields=["texts"])
    record_audit("write_letter", about=f"letter:{letter.pk}", at=at, by=by, languages=sorted(letter.texts))
    return letter


@transaction.atomic
def approve_letter(letter: Letter, *, by: Member, at: datetime) -> Letter:
    """Stand by a letter: it is public from now on, and goes once to everyone who gave feedback in its time.

    Approving twice changes nothing. Raises NotPossible when it is not written or nobody would get it, NotAllowed.
    """
    require(by, "run_campaigns")
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.stage != Stage.DRAFT:
        return letter
    said = letter.texts.get(current_workspace().language, {})
    check_text(said.get("heard", ""), what="What we heard")
    check_text(said.get("did", ""), what="What we did")
    readers = list_readers(letter, at=at)
    if not any(fate is Fate.WAITING for _, fate in readers):
        raise NotPossible("There is nobody to send it to.")
    LetterCopy.objects.bulk_create(
        LetterCopy(letter=letter, customer=customer, fate=fate.value) for customer, fate in readers
    )
    letter.stage, letter.approved_at, letter.approved_by = Stage.SENDING, at, by
    letter.save(update_fields=["stage", "approved_at", "approved_by"])
    record_audit("approve_letter", about=f"letter:{letter.pk}", at=at, by=by, customers=len(readers))
    return letter


def send_next_copy(letter: Letter, *, at: datetime) -> LetterCopy | None:
    """Send the next copy that waits; return it, or None when none waits. A crash repeats all of it or nothing."""
    with transaction.atomic():
        waiting = LetterCopy.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            letter=letter, fate=Fate.WAITING
        )
        copy = waiting.select_related("customer").order_by("pk").first()
        if copy is None:
            if not LetterCopy.objects.filter(letter=letter, fate=Fate.WAITING).exists():
                Letter.objects.filter(pk=letter.pk, stage=Stage.SENDING).update(stage=Stage.SENT, ended_at=at)
            return None
        copy.fate = _send(letter, copy.customer)
        copy.told_at = at if copy.fate == Fate.BY_MAIL else None
        copy.save(update_fields=["fate", "told_at"])
        return copy


@transaction.atomic
def refuse_letters(customer: Customer, *, at: datetime) -> None:
    """The customer wants no more letters. Saying it again changes nothing; questions and open cases go on."""
    _, is_new = LetterRefusal.objects.get_or_create(customer=customer, defaults={"at": at})
    if is_new:
        record_audit("refuse_letters", about=f"customer:{customer.pk}", at=at, by_name="customer")


def _send(letter: Letter, customer: Customer) -> Fate:
    address = find_email(customer)
    if address is None:
        return Fate.NO_ADDRESS
    if customer.opted_out_at is not None or list_refused([customer.pk]):
        return Fate.OPTED_OUT
    default = current_workspace().language
    language = choose_text(letter.texts, wanted=customer.language, default=default)
    try:
        with transaction.atomic():
            send_letter(letter, customer, to=address, language=language)
    except Exception:
        logger.exception("The letter %s could not be handed over for %s.", letter.pk, customer.pk)
        return Fate.FAILED
    return Fate.BY_MAIL


def _find_span(at: datetime) -> tuple[datetime, datetime]:
    """From the end of the last letter, or a month, to the end of the last full month, or now."""
    month = find_month_start(at.astimezone(ZoneInfo(current_workspace().timezone)))
    last = Letter.objects.order_by("-until").values_list("until", flat=True).first()
    if last is None:
        before = find_month_start(month.replace(day=1) - _ONE_DAY)
        return before, month
    return last, month if month > last else at


def _refuse_unless_draft(letter: Letter) -> None:
    if letter.stage != Stage.DRAFT:
        raise NotPossible("What customers have read is not changed afterwards; the next letter can say more.")
