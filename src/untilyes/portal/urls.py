"""Addresses of the portal door: short, because they travel in messages."""

from django.urls import URLPattern, URLResolver, path

from untilyes.portal import views

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("a/<str:token>/", views.survey, name="survey"),
    path("a/<str:token>/stop/", views.opt_out, name="opt_out"),
    path("s/<str:token>/", views.link_survey, name="link_survey"),
    path("c/<str:token>/", views.conversation, name="conversation"),
    path("t/<str:token>/", views.thanks, name="thanks"),
]
