"""Addresses of desk pages."""

from django.urls import path

from jetbridge.desk.views import jet_api

app_name = "desk"
urlpatterns = [
    path("jet-api/", jet_api.jet_api, name="jet_api"),
    path("jet-api/run/<slug:key>/", jet_api.run_step, name="jet_api_run"),
    path("jet-api/generate/<slug:what>/", jet_api.generate, name="jet_api_generate"),
]
