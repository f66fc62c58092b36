"""Addresses of the API, and of the page on which people make their tokens."""

from django.urls import path

from jetbridge.api import site, views

app_name = "api"
urlpatterns = [
    path("admin/api-tokens/", views.my_tokens, name="tokens"),
    path("admin/api-tokens/<int:pk>/revoke/", views.revoke, name="revoke"),
]
v1 = (site.addresses(), "api-v1")
