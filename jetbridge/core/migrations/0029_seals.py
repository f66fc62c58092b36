from django.conf import settings
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce


def name_editors(apps, schema_editor):
    """Write the names into the rows of edits while the people are still there."""
    people = apps.get_model(settings.AUTH_USER_MODEL).objects.filter(pk=OuterRef("actor_id"))
    edits = apps.get_model("auditlog", "LogEntry").objects.filter(actor__isnull=False)
    edits.update(actor_email=Coalesce(Subquery(people.values("username")[:1]), F("actor_email")))


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0028_words"),
        ("auditlog", "0017_add_actor_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoryHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveBigIntegerField(default=0)),
                ('number', models.PositiveBigIntegerField(default=0)),
                ('link', models.BinaryField(default=bytes(32), max_length=32)),
                ('reached', models.JSONField(default=dict)),
                ('gaps', models.JSONField(default=dict)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='HistoryMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('change', models.CharField(choices=[('erased', 'Made anonymous'), ('deleted', 'Deleted'), ('restored', 'Left by a restore')], max_length=10)),
                ('table', models.PositiveSmallIntegerField(default=0)),
                ('row', models.PositiveBigIntegerField()),
                ('after', models.PositiveBigIntegerField(null=True)),
                ('digest', models.BinaryField(max_length=32, null=True)),
                ('reason', models.CharField(max_length=200)),
                ('who', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['table', 'row'], name='mark_row')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ('table', models.PositiveSmallIntegerField()),
                ('row', models.PositiveBigIntegerField()),
                ('salt', models.BinaryField(max_length=16, null=True)),
                ('personal', models.BinaryField(max_length=32)),
                ('digest', models.BinaryField(max_length=32)),
                ('link', models.BinaryField(max_length=32)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('table', 'row'), name='one_seal_per_row')],
            },
        ),
        migrations.RunPython(name_editors, migrations.RunPython.noop),
    ]
