"""
Looks at each statement of a test: whatever writes a row that programs follow by its date names that date.

The rooms whose tests are looked at import the fixture into their conftest.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from jetbridge.core.models.dated import Dated, PartsManager
from jetbridge.outbox.models import Delivery

_WRITES = re.compile(r'\s*(?:UPDATE|INSERT INTO)\s+"?(\w+)"?')
# An upsert writes what stands behind; a plain insert is dated by the table, or makes parts of what is new itself.
_SET = re.compile(r"\bSET\s(.*?)(?:\sWHERE\s|$)", re.DOTALL)
_COLUMN = re.compile(r'(?:^|,)\s*"?(\w+)"?\s*=')
# Django's own way to let go of a row that is deleted; who deletes one dates what hung on it.
_LET_GO = re.compile(r'"\w+" = NULL$')


@cache
def _dated() -> dict[str, tuple[str, frozenset[str]]]:
    """By its table: a row's date, and what only says when somebody looked."""
    return {
        model._meta.db_table: (model.DATE, getattr(model, "LOOKED", frozenset()))
        for model in apps.get_models()
        if issubclass(model, Dated)
    }


@cache
def _deliveries() -> set[str]:
    return {model._meta.db_table for model in apps.get_models() if issubclass(model, Delivery)}


@cache
def _parts() -> dict[str, tuple[str, frozenset[str]]]:
    """By the table of parts: the table of what they are parts of, and what is shown of them."""
    return {
        model._meta.db_table: (model._meta.get_field(model.WHOLE).related_model._meta.db_table, model.SHOWN)  # type: ignore[attr-defined, union-attr]
        for model in apps.get_models()
        if isinstance(model._default_manager, PartsManager)
    }


class Dates:
    """What was written without a date, and of which tables parts were whose whole has none yet."""

    def __init__(self) -> None:
        self.undated: list[str] = []
        self.owed: dict[str, str] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        written = _WRITES.match(sql) if isinstance(sql, str) else None
        if written and (assigned := _SET.search(sql)):
            self._look(written[1], assigned[1].strip(), sql, is_any=context["cursor"].rowcount != 0)
        return answer

    def _look(self, table: str, assigned: str, sql: str, *, is_any: bool) -> None:
        columns = set(_COLUMN.findall(assigned))
        if table in _dated() and not _LET_GO.fullmatch(assigned):
            date, looked = _dated()[table]
            if date in columns:
                self.owed.pop(table, None)
            elif table in _deliveries():  # its answer is dated by the statement that follows
                self.owed[table] = sql
            elif not columns <= looked:
                self.undated.append(sql)
        if table in _parts() and is_any:
            whole, shown = _parts()[table]
            if columns & shown and '"claimed_until" = %s' not in assigned:
                self.owed[whole] = sql


@pytest.fixture(autouse=True)
def dated() -> Iterator[None]:
    """Find each statement that changes what programs follow by its date, and leaves the date as it was."""
    dates = Dates()
    with connection.execute_wrapper(dates):
        yield
    assert dates.undated == [], "written without a date"
    assert list(dates.owed.values()) == [], "parts written, and nothing dated that shows them"
