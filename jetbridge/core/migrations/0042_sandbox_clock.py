from django.db import migrations, models


class Migration(migrations.Migration):
    """How far the clock of the run's own sandbox was moved."""

    dependencies = [("core", "0041_store_admin")]

    operations = [
        migrations.AddField(
            model_name="jetaccount",
            name="clock_seconds",
            field=models.IntegerField(db_default=0, default=0, editable=False),
        ),
    ]
