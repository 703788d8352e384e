"""Mail leaves through the worker: enqueued with the transaction, sent once it has happened, retried when refused."""

from collections.abc import Mapping
from email.mime.image import MIMEImage
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from untilyes.plumbing.jobs import enqueue


def send_mail_soon(
    template: str,
    *,
    to: str,
    subject: str,
    context: Mapping[str, Any],
    reply_to: str | None = None,
    in_reply_to: str | None = None,
    files_from: tuple[str, Any] | None = None,
) -> str:
    """Render `template`.txt and .html now, hand the message to the worker, return its Message-ID.

    `files_from` names a function (dotted path) and what to ask it for its files when the message leaves.
    Rendering now means the customer reads what was true when the verb ran, whenever the mail leaves.
    """
    message_id = make_msgid(domain="untilyes.local")
    text = render_to_string(f"{template}.txt", dict(context))
    html = render_to_string(f"{template}.html", dict(context))
    enqueue("untilyes.plumbing.mail.deliver", to, subject, text, html, message_id, reply_to, in_reply_to, files_from)
    return message_id


def send_mail_now(
    template: str, *, to: str, subject: str, context: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> None:
    """Render `template`.txt and .html and send the message at once, for errands of the worker.

    `pictures` are PNGs that the HTML shows as cid:name. Raises what the mail server says.
    """
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"{template}.txt", dict(context)),
        settings.DEFAULT_FROM_EMAIL,
        [to],
        headers={"Message-ID": make_msgid(domain="untilyes.local"), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"{template}.html", dict(context)), "text/html")
    for name, png in (pictures or {}).items():
        picture = MIMEImage(png, "png")
        picture.add_header("Content-ID", f"<{name}>")
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        message.attach(picture)
    message.mixed_subtype = "related"  # type: ignore[attr-defined]  # Django has it, its stubs do not
    message.send()


def deliver(
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    reply_to: str | None = None,
    in_reply_to: str | None = None,
    files_from: tuple[str, Any] | None = None,
) -> None:
    """Send one message by SMTP. Raises what the mail server says, so that the queue tries again."""
    headers = {"Message-ID": message_id, "Auto-Submitted": "auto-generated"}
    if in_reply_to:
        headers |= {"In-Reply-To": in_reply_to, "References": in_reply_to}
    message = EmailMultiAlternatives(
        subject,
        text,
        settings.DEFAULT_FROM_EMAIL,
        [to],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    message.attach_alternative(html, "text/html")
    for name, content, content_type in import_string(files_from[0])(files_from[1]) if files_from else ():
        message.attach(name, content, content_type)
    message.send()
