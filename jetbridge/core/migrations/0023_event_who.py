from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_people(apps, schema_editor):
    """Write the names down while the people are still there."""
    Event = apps.get_model("core", "Event")
    people = apps.get_model(settings.AUTH_USER_MODEL).objects.filter(pk=OuterRef("user_id"))
    Event.objects.filter(user__isnull=False).update(who=Subquery(people.values("username")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("core", "0022_one_walk"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="who",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunPython(name_people, migrations.RunPython.noop),
    ]
