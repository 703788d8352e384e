"""Addresses of the portal door: short, because they travel in messages."""

from django.urls import URLPattern, URLResolver, path

from untilyes.portal import help_views, letters, views

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("a/<str:token>/", views.survey, name="survey"),
    path("a/<str:token>/stop/", views.opt_out, name="opt_out"),
    path("s/<str:token>/", views.link_survey, name="link_survey"),
    path("c/<str:token>/", views.conversation, name="conversation"),
    path("c/<str:token>/files/<int:file_id>/", views.file, name="file"),
    path("t/<str:token>/", views.thanks, name="thanks"),
    path("heard/<str:token>/", letters.heard, name="heard"),
    path("heard/<str:token>/stop/", letters.stop_letters, name="stop_letters"),
    path("help/<slug:slug>/", help_views.front, name="help"),
    path("help/<slug:slug>/<int:number>/", help_views.article, name="help_article"),
    path("help/<slug:slug>/files/<uuid:key>/", help_views.file, name="help_file"),
    path("help/<slug:slug>/feed.xml", help_views.feed, name="help_feed"),
    path("help/<slug:slug>/sitemap.xml", help_views.site_map, name="help_sitemap"),
]
