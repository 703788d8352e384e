"""Addresses of voices."""

from django.urls import path

from untilyes.web.voices import views

app_name = "voices"
urlpatterns = [
    path("", views.page, name="page"),
    path("search/", views.search, name="search"),
    path("tone/", views.tone, name="tone"),
    path("topics/<slug:key>/", views.topic, name="topic"),
]
