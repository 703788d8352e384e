"""Addresses of cases; a case goes by the number people call it."""

from django.urls import path

from untilyes.web.cases import queue_views, views

app_name = "cases"
urlpatterns = [
    path("", queue_views.queue, name="queue"),
    path("next/", queue_views.next_case, name="next"),
    path("many/", queue_views.many, name="many"),
    path("views/", queue_views.keep_view, name="keep_view"),
    path("views/<int:view_id>/remove/", queue_views.drop_view, name="drop_view"),
    path("<int:number>/", views.case, name="case"),
    path("<int:number>/take/", views.take, name="take"),
    path("<int:number>/assign/", views.assign, name="assign"),
    path("<int:number>/write/", views.write, name="write"),
    path("<int:number>/note/", views.note, name="note"),
    path("<int:number>/attempt/", views.attempt, name="attempt"),
    path("<int:number>/propose/", views.propose, name="propose"),
    path("<int:number>/take-back/", views.take_back, name="take_back"),
    path("waits/", views.waits, name="waits"),
    path("<int:number>/wait/", views.wait, name="wait"),
    path("<int:number>/name-date/", views.name_date, name="name_date"),
    path("<int:number>/go-on/", views.go_on, name="go_on"),
    path("<int:number>/cause/", views.name_cause, name="name_cause"),
    path("<int:number>/end/", views.end, name="end"),
]
