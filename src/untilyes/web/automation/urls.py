"""Addresses of rules, what they did, and how teams share their work out."""

from django.urls import path

from untilyes.web.automation import teams, views

app_name = "automation"
urlpatterns = [
    path("", views.rules, name="rules"),
    path("new/", views.make, name="make"),
    path("offered/<slug:key>/", views.take_up, name="take_up"),
    path("did/", views.runs, name="runs"),
    path("did/<int:run_id>/repeat/", views.repeat, name="repeat"),
    path("teams/", teams.page, name="teams"),
    path("teams/<int:team_id>/", teams.share, name="share"),
    path("people/<int:employee_id>/", teams.describe, name="describe"),
    path("people/<int:employee_id>/away/", teams.away, name="away"),
    path("<int:rule_id>/", views.rule, name="rule"),
    path("<int:rule_id>/switch/", views.switch, name="switch"),
    path("<int:rule_id>/move/", views.move, name="move"),
    path("<int:rule_id>/retire/", views.retire, name="retire"),
]
