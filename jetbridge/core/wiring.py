"""What core registers when the panel starts."""

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import User as Person
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate, pre_save

from jetbridge.core import (
    error_reports,
    foreign_commands,
    history,
    people,
    rights,
    sessions,
    settings_table,
    settings_tabs,
    sign_ins,
)
from jetbridge.core.first_data import deal_after_migrate

post_migrate.connect(deal_after_migrate, dispatch_uid="jetbridge.core.first_data")
user_logged_in.connect(sessions.begin, dispatch_uid="jetbridge.core.sessions")
user_logged_in.connect(sign_ins.note_place, dispatch_uid="jetbridge.core.sign_ins")
pre_save.connect(people.note_password, sender=Person, dispatch_uid="jetbridge.core.people")
rights.watch_people()
foreign_commands.note_all()
pre_save.connect(history.name_editor, sender=LogEntry, dispatch_uid="jetbridge.core.history")
error_reports.start(settings.SENTRY_DSN)
settings_table.register(settings_tabs.CONNECTION)
settings_table.register(settings_tabs.STORE)
settings_table.register(settings_tabs.FILES)
