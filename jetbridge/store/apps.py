"""App configuration of the store room."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """The merchant's store: by files, or a Magento 2 store."""

    name = "jetbridge.store"
    label = "store"
    verbose_name = "Store"
