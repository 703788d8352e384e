"""Addresses of knowledge; an article goes by the number people call it."""

from django.urls import path

from untilyes.web.knowledge import beside, views, writing

app_name = "knowledge"
urlpatterns = [
    path("", views.page, name="page"),
    path("health/", views.health, name="health"),
    path("gaps/", views.gaps, name="gaps"),
    path("gaps/<uuid:key>/", views.gap, name="gap"),
    path("gaps/<uuid:key>/write/", writing.write_gap, name="write_gap"),
    path("gaps/<uuid:key>/dismiss/", writing.dismiss, name="dismiss"),
    path("lessons-wanted/", writing.want, name="want"),
    path("files/<uuid:key>/", views.file, name="file"),
    path("new/", writing.new, name="new"),
    path("<int:number>/", views.article, name="article"),
    path("<int:number>/edit/", writing.edit, name="edit"),
    path("<int:number>/upload/", writing.upload, name="upload"),
    path("<int:number>/versions/", views.versions, name="versions"),
    path("<int:number>/versions/<int:version>/restore/", writing.restore, name="restore"),
    path("<int:number>/finish/", writing.finish, name="finish"),
    path("<int:number>/validate/", writing.validate, name="validate"),
    path("<int:number>/withdraw/", writing.withdraw, name="withdraw"),
    path("<int:number>/archive/", writing.archive, name="archive"),
    path("<int:number>/revive/", writing.revive, name="revive"),
    path("<int:number>/govern/", writing.govern, name="govern"),
    path("<int:number>/flag/", writing.flag, name="flag"),
    path("<int:number>/settle/", writing.settle, name="settle"),
    path("beside/<int:number>/", beside.panel, name="beside"),
    path("beside/<int:number>/link/", beside.link, name="link"),
    path("beside/<int:number>/begin/", beside.begin, name="begin"),
    path("beside/<int:number>/nothing/", beside.nothing, name="nothing"),
    path("beside/<int:number>/take-back/", beside.take_back, name="take_back"),
]
