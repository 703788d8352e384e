"""Addresses of findings."""

from django.urls import path

from untilyes.web.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.page, name="page"),
    path("look/", views.look, name="look"),
    path("progress/", views.progress, name="progress"),
    path("findings.csv", views.download, name="download"),
    path("<int:finding_id>/", views.finding, name="finding"),
    path("<int:finding_id>/rows/", views.rows, name="rows"),
    path("<int:finding_id>/move/", views.move, name="move"),
]
