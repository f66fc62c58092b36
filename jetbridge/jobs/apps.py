"""App configuration of jobs. Its tables keep the label of core, under which they were made."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Scheduled jobs."""

    name = "jetbridge.jobs"
    label = "jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        # Pages, commands and the schedule know the same jobs as the workers.
        autodiscover_modules("tasks")
