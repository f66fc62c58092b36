"""Addresses of mapping pages that are not the admin's own."""

from django.urls import URLPattern

app_name = "mapping"
urlpatterns: list[URLPattern] = []
