"""Addresses of Listen."""

from django.urls import path

from untilyes.web.listen import views

app_name = "listen"
urlpatterns = [path("", views.page, name="page")]
