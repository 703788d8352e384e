"""Addresses of voices."""

from django.urls import path

from untilyes.web.voices import shaping, views

app_name = "voices"
urlpatterns = [
    path("", views.page, name="page"),
    path("progress/", views.progress, name="progress"),
    path("listen/", shaping.listen, name="listen"),
    path("search/", views.search, name="search"),
    path("asks/", views.asks, name="asks"),
    path("tone/", views.tone, name="tone"),
    path("names/", views.names, name="names"),
    path("names/list/", shaping.list_one, name="list_name"),
    path("names/<int:name_id>/drop/", shaping.drop_one, name="drop_name"),
    path("topics/ask/", shaping.ask, name="ask"),
    path("topics/<slug:key>/", views.topic, name="topic"),
    path("topics/<slug:key>/<slug:step>/", shaping.shape, name="shape"),
]
