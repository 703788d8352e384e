"""Addresses of scores."""

from django.urls import path

from untilyes.web.scores import views

app_name = "scores"
urlpatterns = [path("", views.page, name="page")]
