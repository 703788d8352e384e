"""Addresses of Share."""

from django.urls import path

from untilyes.web.share import views

app_name = "share"
urlpatterns = [
    path("", views.page, name="page"),
    path("scores.csv", views.scores, name="scores"),
]
