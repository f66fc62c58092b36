"""Addresses of catalog pages that are not the admin's own."""

from django.urls import URLPattern

app_name = "catalog"
urlpatterns: list[URLPattern] = []
