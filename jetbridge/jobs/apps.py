"""App configuration of jobs. Its tables keep the label of core, under which they were made."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Scheduled jobs."""

    name = "jetbridge.jobs"
    label = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        # The app that tasks belong to, in every process: what only stands in this package loads without it.
        import_module("jetbridge.celery")
        # Pages, commands and the schedule know the same jobs as the workers.
        autodiscover_modules("tasks")
