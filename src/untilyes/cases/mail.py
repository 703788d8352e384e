"""What travels to the customer of a case by e-mail: our words, and the question whether it is solved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from untilyes.cases.links import link_to_case, reply_address
from untilyes.cases.models import Case, CaseMessage
from untilyes.cases.wordings import mail_words
from untilyes.customers.queries import find_email
from untilyes.plumbing.mail import send_mail_soon
from untilyes.plumbing.saying import say_moment
from untilyes.surveys.links import link_to_invitation
from untilyes.surveys.models import Invitation
from untilyes.surveys.wordings import option_words
from untilyes.workspaces.models import Member, Workspace
from untilyes.workspaces.tenancy import current_workspace

if TYPE_CHECKING:
    from untilyes.cases.actions.telling import Miss


def send_words(case: Case, words: str, *, by: Member, message: CaseMessage) -> str:
    """Send what we wrote, with its files; return the Message-ID, or nothing where we know no address."""
    return _send(case, "words", words, by=by, subject="subject", message=message)


def send_proposal(case: Case, words: str, *, invitation: Invitation, by: Member, message: CaseMessage) -> str:
    """Send what was done and ask whether it is solved: a tap opens the two questions with that answer chosen."""
    definition, link = invitation.version.asks, link_to_invitation(invitation)
    first = definition.questions[0]
    asked = {
        "question": definition.wording(first, touchpoint=invitation.touchpoint, language=invitation.language),
        "taps": [
            (f"{link}?{first.key}={option}", option_words(first.kind, option, invitation.language))
            for option in first.kind.options
        ],
        "link": link,
    }
    return _send(case, "proposal", words, by=by, subject="subject_proposal", message=message, **asked)


def send_late(case: Case, words: str) -> str:
    """Say that we did not keep a promise; return the Message-ID, or nothing where we know no address."""
    return _send(case, "words", words, by=None, subject="subject_late", message=None)


def send_alert(member: Member, misses: "Sequence[Miss]") -> None:
    """Tell one of us which limits have passed: promises first, then targets."""
    workspace = current_workspace()
    lines = [_line(one, workspace) for one in misses]
    promises = [line for line in lines if line["is_promise"]]
    targets = [line for line in lines if not line["is_promise"]]
    first = (promises or targets)[0]
    about = f"#{first['case'].number}" + (f" and {len(lines) - 1} more" if len(lines) > 1 else "")
    send_mail_soon(
        "cases/mail/alert",
        to=member.user.email,
        subject=f"{workspace.name}: {'promise' if promises else 'target'} missed, {about}",
        context={"promises": promises, "targets": targets},
    )


def _line(miss: "Miss", workspace: Workspace) -> dict[str, Any]:
    case = miss.case
    return {
        "case": case,
        "is_promise": miss.is_promise,
        "promise": miss.promise,
        "customer": case.person.name if case.person else "somebody we do not know",
        "assignee": case.assignee or "nobody",
        "target": say_moment(miss.target_at, language="en", zone=workspace.timezone),
        "due": say_moment(miss.due_at, language="en", zone=workspace.timezone),
        "link": settings.BASE_URL + reverse("cases:case", args=[workspace.slug, case.number]),
    }


def _send(
    case: Case, template: str, text: str, *, by: Member | None, subject: str, message: CaseMessage | None, **more: Any
) -> str:
    person = case.person
    address = find_email(person) if person else None
    if address is None:
        return ""
    workspace, words = current_workspace(), mail_words(case.language)
    context = {
        "language": case.language,
        "words": words,
        "text": text,
        "hello": words["hello"].format(name=person.name) if person and person.name else words["hello_nobody"],
        "signed": words["signed"].format(author=by.user.display_name, name=workspace.name) if by else workspace.name,
        "conversation": link_to_case(case),
        **more,
    }
    return send_mail_soon(
        f"cases/mail/{template}",
        to=address,
        subject=words[subject].format(name=workspace.name, number=case.number),
        context=context,
        reply_to=reply_address(case) or None,
        in_reply_to=_last_sent(case),
        files_from=("untilyes.cases.jobs.read_files", message.pk) if message and message.attachments.exists() else None,
    )


def _last_sent(case: Case) -> str | None:
    """The message this one continues, so that a mail program shows them together."""
    earlier = case.messages.exclude(message_id="").order_by("-at", "-pk")
    return earlier.values_list("message_id", flat=True).first()
