"""Addresses of leaving."""

from django.urls import path

from untilyes.web.leaving import views

app_name = "leaving"
urlpatterns = [
    path("", views.page, name="page"),
    path("risk/", views.risk, name="risk"),
    path("silence/", views.silence, name="silence"),
]
