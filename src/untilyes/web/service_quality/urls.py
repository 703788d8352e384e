"""Addresses of service quality."""

from django.urls import URLPattern

app_name = "service_quality"
urlpatterns: list[URLPattern] = []
