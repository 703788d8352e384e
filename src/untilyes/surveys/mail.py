"""The message that asks: the first question answered with one tap, the reason for asking, a way out."""

from untilyes.plumbing.mail import send_mail_soon
from untilyes.surveys.definition import Kind
from untilyes.surveys.links import link_to_invitation, link_to_opt_out
from untilyes.surveys.models import Invitation
from untilyes.surveys.wordings import fixed_words, option_words
from untilyes.workspaces.tenancy import current_workspace

_ONE_TAP = {Kind.YES_NO, Kind.TRUST, Kind.SCALE_0_10, Kind.SCALE_1_5, Kind.SCALE_1_7}


def send_invitation(invitation: Invitation, *, again: bool = False) -> str:
    """Send the question by e-mail; return the Message-ID. A tap opens the page with that answer chosen."""
    workspace, definition = current_workspace(), invitation.version.asks
    language, link = invitation.language, link_to_invitation(invitation)
    words = fixed_words(language)
    first = definition.questions[0]
    name = invitation.customer.name if invitation.customer else ""
    context = {
        "language": language,
        "words": words,
        "workspace": workspace,
        "hello": words["hello"].format(name=name) if name else words["hello_nobody"],
        "is_case": invitation.about.startswith("case:"),
        "again": again,
        "question": definition.wording(first, touchpoint=invitation.touchpoint, language=language),
        "taps": [
            (f"{link}?{first.key}={option}", option_words(first.kind, option, language))
            for option in (first.kind.options if first.kind in _ONE_TAP else ())
        ],
        "link": link,
        "opt_out": link_to_opt_out(invitation),
    }
    subject = words["subject_case" if context["is_case"] else "subject"].format(name=workspace.name)
    if again:
        subject = words["reminder"].format(subject=subject)
    return send_mail_soon("surveys/mail/invitation", to=invitation.email, subject=subject, context=context)
