"""Addresses of cases; a case goes by the number people call it."""

from django.urls import path

from untilyes.web.cases import desk_views, learning_views, queue_views, together_views, views, waiting_views

app_name = "cases"
urlpatterns = [
    path("", queue_views.queue, name="queue"),
    path("next/", queue_views.next_case, name="next"),
    path("many/", queue_views.many, name="many"),
    path("views/", queue_views.keep_view, name="keep_view"),
    path("views/<int:view_id>/remove/", queue_views.drop_view, name="drop_view"),
    path("<int:number>/", views.case, name="case"),
    path("<int:number>/happened/", views.happened, name="happened"),
    path("causes/", learning_views.causes, name="causes"),
    path("causes/<int:cause_id>/move/", learning_views.move_cause, name="move_cause"),
    path("causes/<int:cause_id>/retire/", learning_views.retire_cause, name="retire_cause"),
    path("coverage/", learning_views.coverage, name="coverage"),
    path("coverage/rows/", learning_views.coverage_rows, name="coverage_rows"),
    path("replies/", desk_views.replies, name="replies"),
    path("replies/keep/", desk_views.keep_reply, name="keep_reply"),
    path("replies/<int:reply_id>/remove/", desk_views.drop_reply, name="drop_reply"),
    path("<int:number>/presence/", desk_views.presence, name="presence"),
    path("<int:number>/draft/", desk_views.draft, name="draft"),
    path("<int:number>/offer/", desk_views.offer, name="offer"),
    path("<int:number>/files/<int:file_id>/", desk_views.file, name="file"),
    path("<int:number>/snooze/", together_views.snooze, name="snooze"),
    path("<int:number>/wake/", together_views.wake, name="wake"),
    path("<int:number>/priority/", together_views.prioritise, name="prioritise"),
    path("<int:number>/merge/", together_views.merge, name="merge"),
    path("<int:number>/part/", together_views.part, name="part"),
    path("<int:number>/split/<int:message_id>/", together_views.split, name="split"),
    path("<int:number>/link/", together_views.link, name="link"),
    path("<int:number>/unlink/<int:link_id>/", together_views.unlink, name="unlink"),
    path("<int:number>/take/", views.take, name="take"),
    path("<int:number>/assign/", views.assign, name="assign"),
    path("<int:number>/write/", views.write, name="write"),
    path("<int:number>/note/", views.note, name="note"),
    path("<int:number>/attempt/", views.attempt, name="attempt"),
    path("<int:number>/propose/", views.propose, name="propose"),
    path("<int:number>/take-back/", views.take_back, name="take_back"),
    path("waits/", waiting_views.waits, name="waits"),
    path("<int:number>/wait/", waiting_views.wait, name="wait"),
    path("<int:number>/name-date/", waiting_views.name_date, name="name_date"),
    path("<int:number>/go-on/", waiting_views.go_on, name="go_on"),
    path("<int:number>/cause/", views.name_cause, name="name_cause"),
    path("<int:number>/end/", views.end, name="end"),
]
