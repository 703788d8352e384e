"""Addresses of service quality."""

from django.urls import path

from untilyes.web.service_quality import views

app_name = "service_quality"
urlpatterns = [path("", views.page, name="page")]
