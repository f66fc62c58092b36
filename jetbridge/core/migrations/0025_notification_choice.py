import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0024_generation"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    # The table keeps its name.
    operations = [
        migrations.AlterModelTable("notificationwish", "core_notificationwish"),
        migrations.RenameModel("NotificationWish", "NotificationChoice"),
        migrations.AlterField(
            "notificationchoice",
            "person",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notification_choices",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
