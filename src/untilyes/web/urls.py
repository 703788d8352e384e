"""Addresses of the staff door: everything of a workspace stands under /w/<slug>/."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from untilyes.web import doors, scheme

house: list[URLPattern | URLResolver] = [
    path("today/", include("untilyes.web.today.urls")),
    path("listen/", include("untilyes.web.listen.urls")),
    path("listen/import/", include("untilyes.web.importing.urls")),
    path("findings/", include("untilyes.web.findings.urls")),
    path("measures/", include("untilyes.web.measures.urls")),
    path("journeys/", include("untilyes.web.journeys.urls")),
    path("voices/", include("untilyes.web.voices.urls")),
    path("matters/", include("untilyes.web.matters.urls")),
    path("leaving/", include("untilyes.web.leaving.urls")),
    path("promises/", include("untilyes.web.promises.urls")),
    path("customers/", include("untilyes.web.customers.urls")),
    path("cases/", include("untilyes.web.cases.urls")),
    path("knowledge/", include("untilyes.web.knowledge.urls")),
    path("tasks/", include("untilyes.web.tasks.urls")),
    path("segments/", include("untilyes.web.segments.urls")),
    path("rules/", include("untilyes.web.automation.urls")),
    path("campaigns/", include("untilyes.web.campaigns.urls")),
    path("scores/", include("untilyes.web.scores.urls")),
    path("service-quality/", include("untilyes.web.service_quality.urls")),
    path("capacity/", include("untilyes.web.capacity.urls")),
    path("calendars/", include("untilyes.web.calendars.urls")),
    path("share/", include("untilyes.web.share.urls")),
    path("settings/", include("untilyes.web.settings.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", doors.home, name="home"),
    path("scheme/", scheme.choose, name="scheme"),
    path("charts/", include("untilyes.web.charts.urls")),
    path("w/<slug:slug>/", doors.to_today, name="workspace"),
    path("w/<slug:slug>/", include(house)),
]

if settings.DEBUG or settings.TESTING:
    urlpatterns.append(path("gallery/", include("untilyes.web.gallery.urls")))
