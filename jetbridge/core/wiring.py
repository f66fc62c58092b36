"""What core registers when the panel starts."""

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_delete, pre_save

from jetbridge.core import error_reports, history, people, sessions, settings_table, settings_tabs, sign_ins
from jetbridge.core.first_data import deal_after_migrate

post_migrate.connect(deal_after_migrate, dispatch_uid="jetbridge.core.first_data")
user_logged_in.connect(sessions.begin, dispatch_uid="jetbridge.core.sessions")
user_logged_in.connect(sign_ins.note_place, dispatch_uid="jetbridge.core.sign_ins")
pre_save.connect(people.note_password, sender=Person, dispatch_uid="jetbridge.core.people")
for model in (Person, Group):
    pre_save.connect(people.note_before, sender=model, dispatch_uid=f"jetbridge.core.{model.__name__}")
    post_save.connect(people.note_after, sender=model, dispatch_uid=f"jetbridge.core.{model.__name__}")
for deleted in (Person, Group, Permission):
    pre_delete.connect(people.note_deleted, sender=deleted, dispatch_uid=f"jetbridge.core.{deleted.__name__}")
for links in (Person.groups.through, Person.user_permissions.through, Group.permissions.through):
    m2m_changed.connect(people.note_links, sender=links, dispatch_uid=f"jetbridge.core.{links.__name__}")
pre_save.connect(history.name_editor, sender=LogEntry, dispatch_uid="jetbridge.core.history")
error_reports.start(settings.SENTRY_DSN)
settings_table.register(settings_tabs.CONNECTION)
settings_table.register(settings_tabs.STORE)
settings_table.register(settings_tabs.FILES)
