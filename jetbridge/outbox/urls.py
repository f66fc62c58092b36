"""Addresses of the outbox."""

from django.urls import path

from jetbridge.outbox import views

app_name = "outbox"
urlpatterns = [path("<str:box>/<int:pk>/", views.sending, name="sending")]
