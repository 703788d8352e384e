"""Addresses of Settings."""

from django.urls import path

from untilyes.web.settings import keys, views

app_name = "settings"
urlpatterns = [
    path("", views.page, name="page"),
    path("audit/", views.audit, name="audit"),
    path("keys/", keys.page, name="keys"),
    path("keys/make/", keys.make, name="make_key"),
    path("keys/<int:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("house/", views.describe, name="describe"),
    path("members/", views.invite, name="invite"),
    path("members/<int:member_id>/role/", views.role, name="role"),
    path("members/<int:member_id>/remove/", views.remove, name="remove"),
    path("unhappy/", views.policy, name="policy"),
    path("handling/", views.handling, name="handling"),
    path("people/", views.place, name="place"),
]
