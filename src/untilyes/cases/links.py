"""The customer's own door to their conversation: a signed address that needs no sign-in."""

from django.conf import settings
from django.urls import reverse

from untilyes.cases.models import Case
from untilyes.surveys.links import sign_key

PURPOSE = "case"


def link_to_case(case: Case) -> str:
    """The full address of the conversation about this case; it stays valid, for a customer may come back to it."""
    return settings.BASE_URL + reverse("portal:conversation", args=[sign_key(case.key, purpose=PURPOSE)])
