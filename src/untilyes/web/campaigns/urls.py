"""Addresses of campaigns."""

from django.urls import path

from untilyes.web.campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("", views.page, name="page"),
    path("new/", views.make, name="make"),
    path("<int:campaign_id>/", views.campaign, name="campaign"),
    path("<int:campaign_id>/write/", views.write, name="write"),
    path("<int:campaign_id>/trial/", views.trial, name="trial"),
    path("<int:campaign_id>/start/", views.start, name="start"),
    path("<int:campaign_id>/stop/", views.stop, name="stop"),
]
