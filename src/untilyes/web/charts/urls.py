"""Where the drawing script lives."""

from django.urls import path

from untilyes.web.charts import views

app_name = "charts"
urlpatterns = [path("vega.js", views.bundle, name="bundle")]
