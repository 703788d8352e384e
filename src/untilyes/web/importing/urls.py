"""Addresses of bringing in files."""

from django.urls import path

from untilyes.web.importing import views

app_name = "importing"
urlpatterns = [
    path("", views.new, name="new"),
    path("<int:upload_id>/", views.upload, name="upload"),
    path("<int:upload_id>/progress/", views.progress, name="progress"),
    path("<int:upload_id>/recipe/", views.change, name="change"),
    path("<int:upload_id>/take-in/", views.take_in, name="take_in"),
    path("<int:upload_id>/left-out.csv", views.left_out, name="left_out"),
    path("<int:upload_id>/discard/", views.discard, name="discard"),
]
