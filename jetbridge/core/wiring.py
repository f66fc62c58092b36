"""What core registers when the panel starts."""

from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate

from jetbridge.core import sessions, settings_table, settings_tabs
from jetbridge.core.first_data import deal_after_migrate

post_migrate.connect(deal_after_migrate, dispatch_uid="jetbridge.core.first_data")
user_logged_in.connect(sessions.begin, dispatch_uid="jetbridge.core.sessions")
settings_table.register(settings_tabs.CONNECTION)
settings_table.register(settings_tabs.STORE)
settings_table.register(settings_tabs.FILES)
