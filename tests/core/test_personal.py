"""Each text column of each table is declared: it names somebody, until then and then, or it names nobody."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from jetbridge.core import configuration, personal

TEXT = (
    models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField,
    models.GenericIPAddressField,
)  # fmt: skip


def text_columns() -> set[tuple[str, str]]:
    """Return table and column of everything that may hold a text; what is chosen from a list names nobody."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy and not model.__module__.startswith("tests.")
        for field in model._meta.concrete_fields
        if isinstance(field, TEXT) and not getattr(field, "choices", None)
    }


def declared() -> Counter[tuple[str, str]]:
    named = [(holding.table, name) for holding in personal.HOLDINGS for name in holding.columns]
    return Counter([*named, *personal.plain()])


def test_each_text_column_is_declared_once_as_personal_or_not():
    known = declared()

    assert text_columns() - known.keys() == set(), "declare them in jetbridge/core/personal.py"
    assert known.keys() - text_columns() == set(), "no such columns"
    assert [column for column, count in known.items() if count > 1] == []


@pytest.mark.django_db
def test_each_time_is_said_with_the_days_that_are_set():
    config = configuration.current()
    config.log_days, config.anonymize_days = 41, 52

    said = {personal.until(holding, config) for holding in personal.HOLDINGS}

    assert not any("{" in words for words in said)
    assert any("failures 123" in words and "41 days" in words for words in said)
    assert any("52 days after" in words and "142 if" in words for words in said)
