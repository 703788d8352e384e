"""One page."""

from django.urls import path

from untilyes.web.gallery import views

app_name = "gallery"
urlpatterns = [path("", views.page, name="page")]
