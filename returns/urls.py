"""Addresses of returns pages that are not the admin's own."""

from django.urls import URLPattern

app_name = "returns"
urlpatterns: list[URLPattern] = []
