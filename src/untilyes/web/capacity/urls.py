"""Addresses of capacity."""

from django.urls import URLPattern, path

from untilyes.web.capacity import views

app_name = "capacity"
urlpatterns: list[URLPattern] = [
    path("", views.page, name="page"),
    path("plan.csv", views.plan, name="plan"),
]
