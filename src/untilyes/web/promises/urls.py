"""Addresses of promises; one goes by its key in the lake."""

from django.urls import path

from untilyes.web.promises import views

app_name = "promises"
urlpatterns = [
    path("", views.page, name="page"),
    path("make/", views.make, name="make"),
    path("of/<str:key>/", views.promise, name="promise"),
    path("of/<str:key>/change/", views.change, name="change"),
    path("of/<str:key>/publish/", views.publish, name="publish"),
    path("of/<str:key>/retire/", views.retire, name="retire"),
]
