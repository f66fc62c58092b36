"""Columns by the words of the glossary, and what histories and saved views call by the old ones."""

from django.conf import settings
from django.db import migrations, models

ACTIONS = {
    "archive wanted": "archive queued",
    "unarchive wanted": "unarchive queued",
    "acknowledge wanted": "acknowledgement queued",
    "reject wanted": "rejection queued",
    "shipment wanted": "shipment queued",
    "cancel wanted": "cancel queued",
    "completion wanted": "completion queued",
    "refund wanted": "refund queued",
    "mended": "fixed",
    "offering rule set": "listing rule set",
    "offering rule removed": "listing rule removed",
    "status told by Jet": "status reported by Jet",
}
VIEWED = {"=mended": "=fixed", "=never_told": "=never_sent", "offering": "listing_rule"}
COLUMNS = {"deeds": "row_actions", "deed": "edit"}


def rename_history(apps, schema_editor):
    """Read the log once: no index leads to an action."""
    events = apps.get_model("core", "Event").objects.using(schema_editor.connection.alias)
    whens = [models.When(action=old, then=models.Value(new)) for old, new in ACTIONS.items()]
    events.filter(action__in=ACTIONS).update(action=models.Case(*whens))
    ruled = events.filter(kind__in=("catalog.brandrule", "catalog.storecategory"), action__startswith="listing rule")
    for event in ruled.only("before", "after").iterator():
        before, after = (
            {{"offering": "listing_rule"}.get(key, key): value for key, value in (said or {}).items()} or None
            for said in (event.before, event.after)
        )
        events.filter(pk=event.pk).update(before=before, after=after)


def rename_in_views(apps, schema_editor):
    views = apps.get_model("core", "SavedView").objects.using(schema_editor.connection.alias)
    for view in views.all():
        query, columns = view.query, [COLUMNS.get(each, each) for each in view.columns]
        for old, new in VIEWED.items():
            query = query.replace(old, new)
        if (query, columns) != (view.query, view.columns):
            views.filter(pk=view.pk).update(query=query, columns=columns)



class Migration(migrations.Migration):

    dependencies = [
        ('core', '0026_mass_action_names'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notificationchoice',
            name='one_wish_per_kind',
        ),
        migrations.RemoveConstraint(
            model_name='processheartbeat',
            name='one_sign_a_process',
        ),
        migrations.RemoveIndex(
            model_name='notification',
            name='notification_to_mail',
        ),
        migrations.RemoveIndex(
            model_name='notificationmail',
            name='notification_mail_waiting',
        ),
        migrations.RenameField(
            model_name='notification',
            old_name='mail_wanted_at',
            new_name='mail_due_at',
        ),
        migrations.RenameField(
            model_name='notification',
            old_name='wording',
            new_name='title_forms',
        ),
        migrations.RenameField(
            model_name='notificationmail',
            old_name='wanted_at',
            new_name='queued_at',
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('mail_due_at__isnull', False), ('mailed_at', None)), fields=['mail_due_at'], name='notification_to_mail'),
        ),
        migrations.AddIndex(
            model_name='notificationmail',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['queued_at'], name='notification_mail_waiting'),
        ),
        migrations.AddConstraint(
            model_name='notificationchoice',
            constraint=models.UniqueConstraint(fields=('person', 'kind'), name='one_choice_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='processheartbeat',
            constraint=models.UniqueConstraint(fields=('part', 'name'), name='one_heartbeat_per_process'),
        ),
        migrations.RunPython(rename_history, migrations.RunPython.noop),
        migrations.RunPython(rename_in_views, migrations.RunPython.noop),
    ]
