"""Addresses of opening hours."""

from django.urls import URLPattern, path

from untilyes.web.calendars import views

app_name = "calendars"
urlpatterns: list[URLPattern] = [
    path("", views.page, name="page"),
    path("make/", views.make, name="make"),
    path("of/<slug:key>/", views.calendar, name="calendar"),
]
