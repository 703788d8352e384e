"""Root urls: customers' pages at short paths (they travel in e-mails), staff pages at the rest."""

from django.urls import include, path

urlpatterns = [
    path("", include("untilyes.portal.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("", include("untilyes.web.urls")),
]
