"""Root urls: customers' pages at short paths (they travel in e-mails), programs under /api, staff at the rest."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("untilyes.api.urls")),
    path("", include("untilyes.portal.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("untilyes.web.urls")),
]

if settings.DEMO:
    urlpatterns.insert(0, path("", include("untilyes.config.demo.doors")))
