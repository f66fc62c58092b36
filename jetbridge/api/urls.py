"""Addresses of the API, and of the page on which people make their tokens."""

from django.urls import path

from jetbridge.api import site, views, webhook_views
from jetbridge.api.resources import (
    listings,
    mass_actions,
    me,
    operations,
    orders,
    products,
    returns,
    webhooks,
)

for resource in (me, orders, products, listings, returns, operations, mass_actions, webhooks):
    site.API.add_router("", resource.router)

app_name = "api"
urlpatterns = [
    path("admin/api-tokens/", views.my_tokens, name="tokens"),
    path("admin/api-tokens/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("admin/webhooks/", webhook_views.hooks, name="webhooks"),
    path("admin/webhooks/<int:pk>/", webhook_views.hook, name="webhook"),
    path("admin/webhooks/<int:pk>/<slug:step>/", webhook_views.move, name="move_webhook"),
    path("admin/webhooks/<int:pk>/sent/<int:number>/again/", webhook_views.replay, name="replay"),
]
v1 = (site.addresses(), "api-v1")
