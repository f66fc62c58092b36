"""The schedule in the panel's look: read here, changed on Cron Status, where a reason is asked for."""

from django.contrib import admin
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from jetbridge.core.job_titles import title_of
from jetbridge.panel.admin_base import ReadOnlyAdmin

for model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


@admin.register(PeriodicTask)
class ScheduleAdmin(ReadOnlyAdmin):
    """How often each job runs. Cron Status changes that, with a reason that the history keeps."""

    list_display = ("title", "interval", "crontab", "enabled")
    search_fields = ("name",)
    fields = ("title", "description", "interval", "crontab", "expire_seconds")
    list_select_related = ("interval", "crontab")

    @admin.display(description="Job", ordering="name")
    def title(self, task: PeriodicTask) -> str:
        return title_of(task.name)
