"""Addresses of tasks."""

from django.urls import path

from untilyes.web.tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.page, name="page"),
    path("<int:task_id>/", views.task, name="task"),
    path("<int:task_id>/rows/", views.rows, name="rows"),
    path("<int:task_id>/rename/", views.rename, name="rename"),
    path("<int:task_id>/place/", views.place, name="place"),
    path("<int:task_id>/translate/", views.translate, name="translate"),
    path("<int:task_id>/retire/", views.retire, name="retire"),
    path("<int:task_id>/steps/", views.write_step, name="write_step"),
    path("<int:task_id>/steps/<int:step_id>/retire/", views.retire_step, name="retire_step"),
    path("of/<int:number>/", views.choose, name="choose"),
]
