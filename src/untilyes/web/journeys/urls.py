"""Addresses of journeys."""

from django.urls import path

from untilyes.web.journeys import views

app_name = "journeys"
urlpatterns = [
    path("", views.page, name="page"),
    path("path/", views.path, name="path"),
    path("exceptions.csv", views.exceptions, name="exceptions"),
    path("exceptions/take-up/", views.take_up, name="take_up"),
    path("teams/", views.teams, name="teams"),
    path("again/", views.again, name="again"),
    path("waits/", views.waits, name="waits"),
    path("sheet/", views.sheet, name="sheet"),
    path("sheet/words/", views.word, name="word"),
]
