"""Addresses of campaigns and of letters."""

from django.urls import path

from untilyes.web.campaigns import letters, repeats, views

app_name = "campaigns"
urlpatterns = [
    path("", views.page, name="page"),
    path("new/", views.make, name="make"),
    path("repeats/", repeats.page, name="repeats"),
    path("repeats/decide/", repeats.decide, name="decide_repeat"),
    path("letters/", letters.page, name="letters"),
    path("letters/plan/", letters.plan, name="plan_letters"),
    path("letters/draft/", letters.draft, name="draft_letter"),
    path("letters/<int:letter_id>/", letters.letter, name="letter"),
    path("letters/<int:letter_id>/write/", letters.write, name="write_letter"),
    path("letters/<int:letter_id>/approve/", letters.approve, name="approve_letter"),
    path("<int:campaign_id>/", views.campaign, name="campaign"),
    path("<int:campaign_id>/write/", views.write, name="write"),
    path("<int:campaign_id>/trial/", views.trial, name="trial"),
    path("<int:campaign_id>/start/", views.start, name="start"),
    path("<int:campaign_id>/stop/", views.stop, name="stop"),
]
