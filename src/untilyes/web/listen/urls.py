"""Addresses of Listen."""

from django.urls import path

from untilyes.web.listen import views

app_name = "listen"
urlpatterns = [
    path("", views.page, name="page"),
    path("surveys/new/", views.new, name="new"),
    path("surveys/<int:survey_id>/", views.survey, name="survey"),
    path("surveys/<int:survey_id>/edit/", views.edit, name="edit"),
    path("surveys/<int:survey_id>/launch/", views.launch, name="launch"),
    path("surveys/<int:survey_id>/close/", views.close, name="close"),
    path("surveys/<int:survey_id>/ask/", views.ask, name="ask"),
    path("surveys/<int:survey_id>/rehearse/", views.rehearse, name="rehearse"),
]
