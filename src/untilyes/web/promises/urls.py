"""Addresses of promises; one goes by its key in the lake."""

from django.urls import path

from untilyes.web.promises import deciding, trying, views

app_name = "promises"
urlpatterns = [
    path("", views.page, name="page"),
    path("make/", views.make, name="make"),
    path("try/", trying.try_on_history, name="try"),
    path("try/misses.csv", trying.misses, name="misses"),
    path("of/<str:key>/", views.promise, name="promise"),
    path("of/<str:key>/change/", views.change, name="change"),
    path("of/<str:key>/publish/", views.publish, name="publish"),
    path("of/<str:key>/retire/", views.retire, name="retire"),
    path("of/<str:key>/kept-by-month.csv", views.months, name="months"),
    path("of/<str:key>/propose/", deciding.propose, name="propose"),
    path("of/<str:key>/pace/", deciding.pace, name="pace"),
    path("of/<str:key>/next/<str:period>/accept/", deciding.accept, name="accept"),
    path("of/<str:key>/next/<str:period>/decline/", deciding.decline, name="decline"),
    path("of/<str:key>/next/<str:period>/choose/", deciding.choose, name="choose"),
]
