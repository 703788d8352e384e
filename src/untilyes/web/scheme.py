"""Light, dark, or as the reader's system says; kept in a cookie of this browser, not in anybody's profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "scheme"
SCHEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600


def get_scheme(request: HttpRequest) -> str:
    """The scheme this browser asked for, "auto" when it asked for none."""
    chosen = request.COOKIES.get(COOKIE, "auto")
    return chosen if chosen in SCHEMES else "auto"


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the scheme and go back to where one was."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    chosen = request.POST.get("scheme", "auto")
    if chosen in SCHEMES:
        response.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response
