"""Addresses of findings."""

from django.urls import path

from untilyes.web.findings import initiative, sending, views

app_name = "findings"
urlpatterns = [
    path("", views.page, name="page"),
    path("look/", views.look, name="look"),
    path("progress/", views.progress, name="progress"),
    path("findings.csv", views.download, name="download"),
    path("report.pdf", sending.report_pdf, name="report_pdf"),
    path("report.html", sending.report_html, name="report_html"),
    path("sending/", sending.page, name="sending"),
    path("sending/digest/", sending.choose, name="choose"),
    path("sending/channels/", sending.add, name="add_channel"),
    path("sending/channels/<int:hook_id>/try/", sending.attempt, name="try_channel"),
    path("sending/channels/<int:hook_id>/remove/", sending.remove, name="remove_channel"),
    path("<int:finding_id>/", views.finding, name="finding"),
    path("<int:finding_id>/rows/", views.rows, name="rows"),
    path("<int:finding_id>/assign/", views.assign, name="assign"),
    path("<int:finding_id>/initiative/", initiative.begin, name="begin_initiative"),
    path("<int:finding_id>/move/", views.move, name="move"),
]
