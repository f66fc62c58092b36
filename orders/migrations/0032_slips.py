import django.db.models
from django.db import migrations, models


class Migration(migrations.Migration):
    """A note of a gift on the slip of an order, and the merchant's logo on all of them."""

    dependencies = [("orders", "0031_failed_as_listed")]

    operations = [
        migrations.AddField(
            model_name="orderdesk",
            name="gift_note",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.CreateModel(
            name="SlipLogo",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("picture", models.BinaryField()),
                ("media_type", models.CharField(choices=[("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/gif", "GIF")], max_length=30)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            model_name="sliplogo",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_slip_logo"),
        ),
    ]
