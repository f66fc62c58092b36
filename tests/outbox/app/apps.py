"""An app of the tests alone: two kinds of delivery, one that overwrites and one that happens once."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Tables on which the law of the outbox is tried."""

    name = "tests.outbox.app"
    label = "outbox_cases"
    default_auto_field = "django.db.models.BigAutoField"
