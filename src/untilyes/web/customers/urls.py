"""Addresses of customers."""

from django.urls import path

from untilyes.web.customers import views

app_name = "customers"
urlpatterns = [
    path("", views.search, name="search"),
    path("suggest/", views.suggest, name="suggest"),
    path("<uuid:customer_id>/", views.customer, name="customer"),
    path("<uuid:customer_id>/merge/", views.merge, name="merge"),
    path("<uuid:customer_id>/unmerge/<int:merge_id>/", views.unmerge, name="unmerge"),
    path("<uuid:customer_id>/erase/", views.erase, name="erase"),
]
