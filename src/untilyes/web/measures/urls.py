"""Addresses of measures: one page, its rows and its files all read the same question."""

from django.urls import path

from untilyes.web.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.page, name="page"),
    path("rows/", views.rows, name="rows"),
    path("cells.csv", views.csv, name="csv"),
    path("chart.svg", views.svg, name="svg"),
    path("chart.png", views.png, name="png"),
]
