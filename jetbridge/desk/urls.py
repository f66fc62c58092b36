"""Addresses of desk pages."""

from django.urls import path

from jetbridge.desk.views import cron, demo, jet_api

app_name = "desk"
urlpatterns = [
    path("demo/pictures/<slug:shape>/<slug:color>.svg", demo.picture, name="demo_picture"),
    path("demo/remove/", demo.remove, name="remove_demo"),
    path("cron/", cron.cron, name="cron"),
    path("cron/runs/<int:pk>/", cron.run, name="run"),
    path("cron/<str:name>/", cron.job, name="job"),
    path("cron/<str:name>/row/", cron.row, name="cron_row"),
    path("cron/<str:name>/run/", cron.run_now, name="run_now"),
    path("cron/<str:name>/pause/", cron.pause, name="pause"),
    path("cron/<str:name>/resume/", cron.resume, name="resume"),
    path("jet-api/", jet_api.jet_api, name="jet_api"),
    path("jet-api/run/<slug:key>/", jet_api.run_step, name="jet_api_run"),
    path("jet-api/generate/<slug:what>/", jet_api.generate, name="jet_api_generate"),
]
