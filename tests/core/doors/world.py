"""One row of every table, number 1, each text of it a formula: what every address of the panel can be asked about."""

from datetime import timedelta
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from catalog.products.models import StoreCategory
from jetbridge.core import configuration
from jetbridge.mass_actions.models import MassAction
from orders.mass_actions.parcel_columns import COLUMNS

OURS = ("api", "core", "catalog", "mapping", "orders", "returns", "desk")
# As an attacker writes it in a field that comes from outside; a table's columns may be shorter.
FORMULA = "\n=1+cmd()"
# What a row of these tables must say beside its columns' own defaults.
SAID: dict[str, dict[str, Any]] = {
    "core.jetaccount": {"mode": "test"},
    "core.massaction": {
        "scope": "orders",
        "action": "ship",
        "state": "done",
        "options": {"bad_rows": [dict.fromkeys((*COLUMNS, "error"), FORMULA)]},
    },
    "orders.shipmentitem": {"units_shipped": 1},
    "returns.ledgerentry": {"refund_item": None},
    "returns.creditmemo": {"refund": None},
    "returns.settlement": {"document": {"settlement_report_id": "1"}},
    "mapping.taxonomyimport": {"errors": [["a.csv", 2, "code", FORMULA]]},
}


def fill() -> None:
    """Write the rows; tables that exist already keep theirs."""
    shop = configuration.current()
    shop.api_url = "http://127.0.0.1:9/api"
    shop.save()
    StoreCategory.add_root(pk=1, name=FORMULA, full_path=FORMULA)
    for model in apps.get_models():
        if model._meta.app_label in OURS and not model._meta.proxy:
            row(model)
    MassAction.objects.create(pk=2, account=configuration.active_account(), scope="catalog", action="upload")
    interval = IntervalSchedule.objects.first() or IntervalSchedule.objects.create(every=1, period="minutes")
    PeriodicTask.objects.get_or_create(
        name="core.sweep", defaults={"interval": interval, "task": "core.sweep"}
    )
    if not PeriodicTask.objects.filter(pk=1).exists():
        PeriodicTask.objects.create(pk=1, name="The first", interval=interval, task="core.sweep")
    # After a flush the groups are made anew, under other numbers.
    Group.objects.get_or_create(pk=1, defaults={"name": "The first"})
    content = ContentType.objects.get_for_model(Group)
    LogEntry.objects.filter(pk=1).delete()
    LogEntry.objects.create(
        pk=1, content_type=content, object_pk="1", object_id=1, object_repr=FORMULA, action=1
    )
    _count_on()


def _count_on() -> None:
    """Let PostgreSQL number the next rows behind those that were written with a number."""
    tables = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def row(model: type[models.Model], *, depth: int = 0) -> models.Model:
    """Return row 1 of a table, written from its columns."""
    if found := model._default_manager.filter(pk=1).first():
        return found
    values = {
        field.name: value(field, depth) for field in model._meta.concrete_fields if not field.primary_key
    }
    said = SAID.get(model._meta.label_lower, {})
    made = model(pk=1, **{name: each for name, each in values.items() if each is not ...} | said)
    models.Model.save_base(made, force_insert=True)
    return made


def value(field: Any, depth: int) -> Any:
    """Return what a column holds; ... leaves it to its default."""
    if isinstance(field, models.ForeignKey):
        if (field.null and depth > 0) or field.related_model is field.model:
            return None if field.null else ...
        return row(field.related_model, depth=depth + 1)
    if field.choices:
        return ... if field.has_default() else next(iter(dict(field.flatchoices)))
    if isinstance(field, models.CharField | models.TextField):
        return FORMULA[: field.max_length]
    if field.has_default() or field.null or field.blank or isinstance(field, models.FileField):
        return ...
    return EMPTY.get(field.get_internal_type(), 1)


EMPTY = {
    "DateTimeField": timezone.now(),
    "DateField": timezone.now().date(),
    "DurationField": timedelta(1),
    "BooleanField": False,
    "JSONField": {},
    "BinaryField": b"",
    "UUIDField": "00000000-0000-0000-0000-000000000001",
}
