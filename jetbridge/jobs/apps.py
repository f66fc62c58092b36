"""App configuration of jobs. Its tables keep the label of core, under which they were made."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Scheduled jobs."""

    name = "jetbridge.jobs"
    label = "jobs"
    verbose_name = "Jobs"
