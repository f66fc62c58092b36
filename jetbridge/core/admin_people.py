"""People, groups and the schedule in the panel's look."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Person
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from jetbridge.core import display, people, roles
from jetbridge.core.admin_base import PanelModelAdmin, ReadOnlyAdmin
from jetbridge.schedule import JOBS

for model in (Person, Group, ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(model)


class PersonForm(UserChangeForm):
    """A person, who stays in as long as nobody else could let people in."""

    def clean(self) -> Any:
        """Refuse to lock out the last one."""
        cleaned = super().clean()
        groups = cleaned.get("groups")
        keeps = cleaned.get("is_superuser") or (groups and groups.filter(name=roles.OWNER).exists())
        enters = cleaned.get("is_active") and cleaned.get("is_staff")
        if people.is_last(self.instance) and not (enters and keeps):
            raise ValidationError(str(people.LastOne()))
        return cleaned


@admin.register(Person)
class PersonAdmin(StockUserAdmin, PanelModelAdmin):  # type: ignore[misc, type-arg]
    """Who may enter the panel, and in which groups."""

    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "groups_held", "is_active", "seen")
    list_filter = ("groups", "is_active", "is_superuser")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return people with their groups, in two queries."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes the last one who may let people in."""
        may = bool(super().has_delete_permission(request, obj))
        return may and not (obj is not None and people.is_last(obj))

    @admin.display(description="Groups")
    def groups_held(self, person: Person) -> str:
        """The groups' names."""
        names = ", ".join(group.name for group in person.groups.all())
        return names or ("superuser" if person.is_superuser else "none: sees nothing")

    @admin.display(description="Last seen", ordering="last_login")
    def seen(self, person: Person) -> SafeString:
        """When the person last logged in."""
        return display.ago(person.last_login)


@admin.register(Group)
class PanelGroupAdmin(StockGroupAdmin, PanelModelAdmin):  # type: ignore[misc]
    """What each group may do."""


@admin.register(PeriodicTask)
class ScheduleAdmin(ReadOnlyAdmin):
    """How often each job runs. Cron Status changes that, with a reason that the history keeps."""

    list_display = ("title", "interval", "crontab", "enabled")
    search_fields = ("name",)
    fields = ("title", "description", "interval", "crontab", "expire_seconds")
    list_select_related = ("interval", "crontab")

    @admin.display(description="Job", ordering="name")
    def title(self, task: PeriodicTask) -> str:
        """The job in words."""
        return JOBS[task.name].title if task.name in JOBS else str(task.name)
