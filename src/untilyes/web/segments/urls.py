"""Addresses of segments."""

from django.urls import path

from untilyes.web.segments import views

app_name = "segments"
urlpatterns = [
    path("", views.page, name="page"),
    path("look/", views.look, name="look"),
    path("progress/", views.progress, name="progress"),
    path("keep/", views.keep, name="keep"),
    path("<slug:name>/", views.segment, name="segment"),
    path("<slug:name>/rename/", views.rename, name="rename"),
    path("<slug:name>/drop/", views.drop, name="drop"),
]
