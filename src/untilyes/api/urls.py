"""Addresses of the door for other programs: one for each operation."""

from django.urls import URLPattern, path

from untilyes.api import views
from untilyes.api.operations import OPERATIONS

app_name = "api"
urlpatterns: list[URLPattern] = [
    path(one.path.lstrip("/").replace("{number}", "<int:number>"), getattr(views, one.name), name=one.name)
    for one in OPERATIONS
]
urlpatterns += [
    path("openapi.json", views.openapi, name="openapi"),
    path("<path:rest>", views.nothing_here, name="nothing_here"),
]
