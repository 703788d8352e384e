"""Addresses of what matters."""

from django.urls import path

from untilyes.web.matters import views

app_name = "matters"
urlpatterns = [path("", views.page, name="page"), path("progress/", views.progress, name="progress")]
