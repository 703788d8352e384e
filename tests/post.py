"""The post: carries what waits in the worker's queue to an outbox a test can read, as the worker would."""

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django_q.models import OrmQ

from untilyes.plumbing.mail import deliver


def carry_post() -> list[EmailMultiAlternatives]:
    """Deliver every message that waits; return those, the oldest first."""
    already = len(mail.outbox)
    for errand in OrmQ.objects.order_by("pk"):
        task = errand.task
        assert task["func"] == "untilyes.plumbing.mail.deliver"
        deliver(*task["args"])
        errand.delete()
    return [message for message in mail.outbox[already:] if isinstance(message, EmailMultiAlternatives)]


def html_of(message: EmailMultiAlternatives) -> str:
    """The message as most customers see it."""
    return str(message.alternatives[0][0])
