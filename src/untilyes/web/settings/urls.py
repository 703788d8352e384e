"""Addresses of Settings."""

from django.urls import path

from untilyes.web.settings import views

app_name = "settings"
urlpatterns = [path("", views.page, name="page")]
