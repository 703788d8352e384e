"""Addresses of measures."""

from django.urls import path

from untilyes.web.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.page, name="page"),
]
