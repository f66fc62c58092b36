"""Addresses of the API, and of the page on which people make their tokens."""

from django.urls import path

from jetbridge.api import site, views
from jetbridge.api.resources import mass_actions, me, operations, orders, products, returns

for resource in (me, orders, products, returns, operations, mass_actions):
    site.API.add_router("", resource.router)

app_name = "api"
urlpatterns = [
    path("admin/api-tokens/", views.my_tokens, name="tokens"),
    path("admin/api-tokens/<int:pk>/revoke/", views.revoke, name="revoke"),
]
v1 = (site.addresses(), "api-v1")
