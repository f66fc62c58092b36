"""The whole configuration as a file, secrets left out: written, read back, compared, taken over."""

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from jetbridge.core import configuration, settings_table
from jetbridge.core.jet import documents
from jetbridge.core.models import Configuration, Mode, StoreView
from jetbridge.desk.jet import accounts
from jetbridge.desk.services import attribute_rules, offer_rules
from jetbridge.desk.services import configuration as settings_service

FORMAT = "jetbridge configuration 1"
MAX_BYTES = documents.MB


class BadFile(Exception):
    """The file is no configuration, or holds what cannot be; the message names what and where."""


@dataclass
class Loaded:
    """A file as read: settings and open account fields, and how they differ from what is set."""

    settings: dict[str, Any] = field(default_factory=dict)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    mappings: attribute_rules.MappingChanges = field(default_factory=attribute_rules.MappingChanges)
    rules: offer_rules.RuleChanges = field(default_factory=offer_rules.RuleChanges)
    rows: list[tuple[str, Any, Any]] = field(default_factory=list)


def dump() -> str:
    """Return the configuration as a JSON text without any secret."""
    config = configuration.current()
    keys = {mode: configuration.account(mode) for mode in Mode.values}
    document = {
        "format": FORMAT,
        "settings": {name: settings_service.plain(getattr(config, name)) for name in settings_table.names()},
        "accounts": {
            mode: {name: getattr(account, name) for name in accounts.OPEN_FIELDS} for mode, account in keys.items()
        },
        **offer_rules.dump(),
        **attribute_rules.dump(),
    }  # fmt: skip
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def load(content: bytes) -> Loaded:
    """
    Read a file and compare it with what is set; nothing is written.

    :raises BadFile: it is no such file, or a value in it is not allowed
    """
    document = _document(content)
    loaded = Loaded()
    config = configuration.current()
    for name, value in _section(document, "settings").items():
        if name not in settings_table.names():
            raise BadFile(f"settings.{name}: there is no such setting.")
        typed = _typed(name, value)
        old = getattr(config, name)
        if old != typed:
            loaded.settings[name] = typed
            loaded.rows += _differences(name, settings_service.plain(old), value)
    for mode, fields in _section(document, "accounts").items():
        _load_account(loaded, mode, fields)
    _check(config, loaded)
    try:
        loaded.rules = offer_rules.compare(document)
        loaded.mappings = attribute_rules.compare(document)
    except offer_rules.BadRule as problem:
        raise BadFile(str(problem)) from problem
    loaded.rows += [*loaded.rules.rows, *loaded.mappings.rows]
    return loaded


def apply(loaded: Loaded) -> settings_service.Saved:
    """
    Take over what was read; secrets stay as they are.

    :raises ValidationError: what is set now does not allow it any more
    """
    with transaction.atomic():
        for mode, values in loaded.accounts.items():
            accounts.save_account(account=configuration.account(mode), **values)
        offer_rules.apply(loaded.rules)
        attribute_rules.apply(loaded.mappings)
        return settings_service.save(changes=loaded.settings)


def _document(content: bytes) -> dict[str, Any]:
    try:
        document = documents.read(content, most_bytes=MAX_BYTES)
    except documents.BadDocument as problem:
        raise BadFile(f"The file is no JSON: {problem}.") from problem
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadFile(f'The file is not a configuration of this panel ("format" must be "{FORMAT}").')
    return document


def _section(document: dict[str, Any], name: str) -> dict[str, Any]:
    found = document.get(name, {})
    if not isinstance(found, dict):
        raise BadFile(f"{name} must be an object.")
    return found


def _load_account(loaded: Loaded, mode: str, fields: Any) -> None:
    if mode not in Mode.values or not isinstance(fields, dict):
        raise BadFile(f"accounts.{mode}: there are accounts for {' and '.join(Mode.values)} only.")
    stored = configuration.account(mode)
    for name, value in fields.items():
        if name not in accounts.OPEN_FIELDS or not isinstance(value, str):
            raise BadFile(f"accounts.{mode}.{name} cannot be set by a file.")
        if getattr(stored, name) != value:
            loaded.accounts.setdefault(mode, {})[name] = value
            loaded.rows.append((f"{mode} {name.replace('_', ' ')}", getattr(stored, name), value))


def _typed(name: str, value: Any) -> Any:
    column = Configuration._meta.get_field(name)
    if name == "store_view":
        found = StoreView.objects.filter(code=value).first() if value else None
        if value and found is None:
            raise BadFile(f"settings.store_view: the store has no view {value!r}.")
        return found
    if isinstance(column, models.DecimalField) and value is not None:
        return _decimal(name, value)
    expected = _kind(column)
    if value is not None and type(value) not in expected:
        raise BadFile(f"settings.{name}: {value!r} is not of the right kind.")
    if name == "field_mapping" and not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise BadFile("settings.field_mapping must name attribute codes by Jet's fields.")
    if value is None and not column.null:
        raise BadFile(f"settings.{name} cannot be empty.")
    return value


def _kind(column: Any) -> tuple[type, ...]:
    if isinstance(column, models.BooleanField):
        return (bool,)
    if isinstance(column, models.IntegerField):
        return (int,)
    if isinstance(column, models.JSONField):
        return (dict,) if column.name == "field_mapping" else (list,)
    return (str,)


def _decimal(name: str, value: Any) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation as problem:
        raise BadFile(f"settings.{name}: {value!r} is no number.") from problem
    if not found.is_finite():
        raise BadFile(f"settings.{name}: {value!r} is no number.")
    return found


def _differences(name: str, old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return [
            (f"map {key}", old.get(key, ""), new.get(key, "")) for key in keys if old.get(key) != new.get(key)
        ]
    return [(settings_service.label(name), old, new)]


def _check(config: Configuration, loaded: Loaded) -> None:
    for name, value in loaded.settings.items():
        setattr(config, name, value)
    try:
        settings_service.check(config, set(loaded.settings))
    except ValidationError as problems:
        listed = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in problems.message_dict.items())
        raise BadFile(listed) from problems
