"""App configuration of sign-in."""

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Who comes in, and by what: django-allauth behind the panel's one login page."""

    name = "jetbridge.signin"
    label = "signin"
    verbose_name = "Sign-in"
