"""Addresses of journeys."""

from django.urls import path

from untilyes.web.journeys import views

app_name = "journeys"
urlpatterns = [path("", views.page, name="page")]
