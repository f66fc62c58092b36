"""Addresses of orders pages that are not the admin's own."""

from django.urls import URLPattern

app_name = "orders"
urlpatterns: list[URLPattern] = []
