"""What a person chose for a kind of notification, by a name that people know; nothing of the table changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0019_progress"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="notificationwish",
            options={
                "default_permissions": (),
                "verbose_name": "notification choice",
                "verbose_name_plural": "notification choices",
            },
        ),
    ]
