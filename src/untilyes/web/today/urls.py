"""Addresses of Today."""

from django.urls import path

from untilyes.web.today import views

app_name = "today"
urlpatterns = [path("", views.page, name="page")]
