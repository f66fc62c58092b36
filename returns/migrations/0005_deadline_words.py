from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("returns", "0004_outbox_only")]

    operations = [migrations.RenameField("returnrequest", "deadline_told_at", "deadline_notified_at")]
