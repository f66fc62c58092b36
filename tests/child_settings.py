"""Settings of processes that a test starts beside itself: the test's own database, with the real options."""

import os

from jetbridge.settings import *  # noqa: F403
from jetbridge.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.outbox.app"]

DATABASES["default"]["NAME"] = os.environ["JETBRIDGE_TEST_DATABASE"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
