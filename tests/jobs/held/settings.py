"""The real settings, with the jobs that hold."""

from jetbridge.settings import *  # noqa: F403
from jetbridge.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.held"]
