"""What core registers when the panel starts."""

from django.db.models.signals import post_migrate

from jetbridge.core.first_data import deal_after_migrate

post_migrate.connect(deal_after_migrate, dispatch_uid="jetbridge.core.first_data")
