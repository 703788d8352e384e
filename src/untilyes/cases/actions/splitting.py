"""A second matter in one conversation gets a case of its own; cases that belong together are linked."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from untilyes.cases.actions.opening import open_case
from untilyes.cases.history import circumstances_of, keep_case, keep_message, lock_case
from untilyes.cases.models import Case, CaseAttachment, CaseLink, CaseMessage
from untilyes.cases.rules import LinkKind, NotPossible, Step
from untilyes.workspaces.access import require
from untilyes.workspaces.models import Member


@transaction.atomic
def split_case(case: Case, message: CaseMessage, *, by: Member, at: datetime) -> Case:
    """Let words of the customer begin a second case of theirs, whose promises run since they were written.

    The words stay where they are as well: nothing that was said disappears from a conversation. Splitting the same
    words off twice returns the case they began. Raises NotPossible, NotAllowed.
    """
    require(by, "work_cases")
    lock_case(case)
    if message.case_id != case.pk or message.direction != CaseMessage.Direction.CUSTOMER:
        raise NotPossible("Only words of the customer can begin a case.")
    if earlier := _find_split(case, message):
        return earlier
    first = case.messages.filter(direction=CaseMessage.Direction.CUSTOMER).order_by("at", "pk").first()
    if first == message:
        raise NotPossible("These words began this case already.")
    when = replace(circumstances_of(case), at=message.at, interaction_id="")
    begun = open_case(case.person, when=when, language=case.language, by=by)
    _copy_words(message, begun)
    tie_cases(begun, case, kind=LinkKind.SPLIT_FROM, by=by, at=at)
    keep_case(case, Step.SPLIT, at=at, by=by, begun=begun.number, message=message.pk)
    return begun


@transaction.atomic
def link_cases(case: Case, other: Case, *, kind: LinkKind, by: Member, at: datetime) -> CaseLink:
    """Note that two cases belong together, and how. Saying it again with another kind changes the kind.

    Raises NotPossible for a case and itself, and for a split nobody made; NotAllowed.
    """
    require(by, "work_cases")
    if case.pk == other.pk:
        raise NotPossible("A case cannot be linked to itself.")
    if kind is LinkKind.SPLIT_FROM:
        raise NotPossible("That one case was split from another is written down by splitting it.")
    lock_case(case)
    standing = find_tie(case, other)
    if standing and standing.kind == kind.value:
        return standing
    if standing:
        standing.delete()
    link = tie_cases(case, other, kind=kind, by=by, at=at)
    for one, far in ((case, other), (other, case)):
        keep_case(one, Step.LINKED, at=at, by=by, other=far.number, kind=kind.value)
    return link


@transaction.atomic
def unlink_cases(link: CaseLink, *, by: Member, at: datetime) -> None:
    """They do not belong together after all. Raises NotAllowed."""
    require(by, "work_cases")
    case, other = link.case, link.other
    link.delete()
    for one, far in ((case, other), (other, case)):
        lock_case(one)
        keep_case(one, Step.UNLINKED, at=at, by=by, other=far.number)


def tie_cases(case: Case, other: Case, *, kind: LinkKind, at: datetime, by: Member | None = None) -> CaseLink:
    """Keep that two cases belong together, as part of the verb that makes it so."""
    return CaseLink.objects.create(case=case, other=other, kind=kind.value, at=at, by=by)


def find_tie(case: Case, other: Case) -> CaseLink | None:
    """How two cases belong together, whichever was named first, or None."""
    forth = CaseLink.objects.filter(case=case, other=other)
    return (forth | CaseLink.objects.filter(case=other, other=case)).first()


def _find_split(case: Case, message: CaseMessage) -> Case | None:
    line = case.history.filter(step=Step.SPLIT, detail__message=message.pk).first()
    return Case.objects.filter(number=line.detail["begun"]).first() if line else None


def _copy_words(message: CaseMessage, begun: Case) -> None:
    copy = keep_message(
        begun,
        message.text,
        direction=CaseMessage.Direction(message.direction),
        author_name=message.author_name,
        at=message.at,
        via=message.via,
    )
    CaseAttachment.objects.bulk_create(
        CaseAttachment(
            message=copy, name=one.name, content_type=one.content_type, size=one.size, content=bytes(one.content)
        )
        for one in message.attachments.all()
    )
