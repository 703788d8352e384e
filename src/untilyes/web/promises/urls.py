"""Addresses of promises."""

from django.urls import path

from untilyes.web.promises import views

app_name = "promises"
urlpatterns = [
    path("", views.page, name="page"),
]
