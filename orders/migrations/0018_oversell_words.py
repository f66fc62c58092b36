from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_awaited_deliveries")]

    operations = [
        migrations.RenameField("oversell", "told", "quantity_sent"),
        migrations.RenameField("oversell", "told_at", "sent_at"),
    ]
