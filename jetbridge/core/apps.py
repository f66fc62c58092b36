"""App configuration of core: what every feature stands on."""

import gc

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from jetbridge import EAGER


class CoreConfig(AppConfig):
    """Accounts, configuration, job records, history, notifications, API log."""

    name = "jetbridge.core"
    label = "core"
    verbose_name = "Operations"

    def ready(self) -> None:
        # Each room's `wiring` registers with the rooms below what these call without knowing who is above.
        autodiscover_modules("wiring")
        gc.set_threshold(*EAGER)
