"""The number by which a restored database is noticed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0023_event_who"),
    ]

    operations = [
        migrations.CreateModel(
            name="Generation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("raised_at", models.DateTimeField(null=True)),
                ("older_since", models.DateTimeField(null=True)),
                ("doubted_until", models.DateTimeField(null=True)),
            ],
            options={
                "permissions": [("lift_mark", "Can let deliveries go after a restore")],
                "default_permissions": (),
            },
        ),
    ]
