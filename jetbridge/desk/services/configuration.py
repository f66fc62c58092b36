"""Writes the merchant's configuration: one tab at once, checked whole, recorded in history, and its effects begun."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import capfirst

from catalog.mapping.fields.sources import COLUMNS, wrong_defaults
from catalog.mapping.fields.table import DEFAULT, FIELDS
from catalog.products.models import Attribute, Product
from catalog.rules import offers
from catalog.rules.models import CatalogChange, note_change
from catalog.rules.prices import NO_PRICE
from jetbridge.core import configuration, history, people, settings_table, store_days
from jetbridge.core.differences import field_in_words
from jetbridge.core.jet.client import secret_bound_elsewhere
from jetbridge.core.models import Configuration, Event, JetAccount, Mode, StoreView
from jetbridge.core.settings_tabs import RETURN_LOCATION
from jetbridge.core.texts import counted
from jetbridge.panel import timeline as timelines

CHANGED, SWITCHED = "configuration changed", "mode switched"

PRICE_FIELDS, STOCK_FIELDS = offers.PRICE_SETTINGS, offers.STOCK_SETTINGS
RETURN_FIELDS = tuple(each.name for each in RETURN_LOCATION)
# So many of the cheapest products are tried before a price rule is saved.
CHEAPEST = 50


class NotSwitched(Exception):
    """The mode cannot be switched; the message says what is missing."""


@dataclass
class Saved:
    """What a save changed, by field, and the walks over products that follow from it."""

    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    follows: list[CatalogChange] = field(default_factory=list)


def save(*, changes: Mapping[str, Any]) -> Saved:
    """
    Save settings by field name; all or none.

    :raises ValidationError: a value is not allowed, or does not go with the others
    """
    with transaction.atomic():
        config = configuration.current()
        offered = offers.snapshot(config)
        saved = _assign(config, changes)
        if not saved.changed:
            return saved
        check(config, saved.changed)
        config.save(update_fields=[*saved.changed, "updated_at"])
        before = {name: plain(old) for name, (old, _) in saved.changed.items()}
        after = {name: plain(new) for name, (_, new) in saved.changed.items()}
        history.record(CHANGED, config, message=", ".join(saved.changed), before=before, after=after)
        saved.follows = list(_follow_up(config, saved.changed, offered))
    return saved


def tried(*, changes: Mapping[str, Any]) -> Configuration:
    """
    Return the configuration as it would be, unsaved.

    :raises ValidationError: a value is not allowed, or does not go with the others
    """
    config = copy(configuration.current())
    check(config, _assign(config, changes).changed)
    return config


def check(config: Configuration, changed: Mapping[str, Any] | set[str]) -> None:
    """
    Refuse a configuration whose parts do not go together, and an address that this person may not change.

    :raises ValidationError: with the field that is to be fixed
    """
    problems = {
        name: "Only who may change this address (an owner) can change it: secrets are sent there."
        for name in people.ADDRESSES
        if name in changed and not people.may_move(name)
    }
    try:
        config.clean_fields(exclude={each.name for each in Configuration._meta.fields} - set(changed))
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            problems.setdefault(name, "; ".join(texts))
    apart = (_price_problems, _return_problems, _order_problems, _store_problems)
    for name, text in (each for problems_of in apart for each in problems_of(config)):
        if set(changed) & set(settings_table.tab_of(name).names):
            problems.setdefault(name, text)
    if "field_mapping" in changed:
        problems.update(_mapping_problems(config))
    if not problems and set(changed) & set(PRICE_FIELDS):
        problems.update(_rule_problems(config))
    if problems:
        raise ValidationError(problems)


def label(name: str) -> str:
    return settings_table.setting(name).words


def value_text(name: str, value: Any) -> Any:
    """Return a setting's value as people read it: a choice by its label, an amount without empty decimals."""
    column = Configuration._meta.get_field(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    choices = dict(getattr(column, "flatchoices", None) or ())
    if value in choices:
        return choices[value]
    if isinstance(column, models.DecimalField) and value not in (None, ""):
        return f"{Decimal(str(value)).normalize():f}"
    return value


def unknown_codes(mapping: Mapping[str, str]) -> dict[str, str]:
    """Return the mapped codes that the store has no attribute for, by Jet's field."""
    known = {code.lower() for code in Attribute.objects.values_list("code", flat=True)} | set(COLUMNS)
    return {
        name: code
        for name, code in mapping.items()
        if code and not name.endswith(DEFAULT) and code.lower() not in known
    }


@dataclass(frozen=True)
class CodeCheck:
    """Which of the attribute codes that settings name the store has, and which it lacks, by what names them."""

    known: int
    unknown: dict[str, str]

    @property
    def message(self) -> str:
        if not self.unknown:
            return f"All {self.known} mapped attribute codes exist in the store."
        named = ", ".join(f"{code} ({name})" for name, code in self.unknown.items())
        return f"{self.known} mapped attribute codes exist in the store. Not there: {named}."


def check_codes(mapping: Mapping[str, str] | None = None) -> CodeCheck:
    """Look each mapped attribute code up in the store; without a mapping the saved one, the price's codes along."""
    config = configuration.current()
    if mapping is None:
        named = {FIELDS[name].label: code for name, code in config.field_mapping.items() if name in FIELDS}
        if config.price_mode == Configuration.PriceMode.ATTRIBUTE:
            named["Price"] = config.price_attribute
        if config.minimum_margin is not None:
            named["Cost"] = config.cost_attribute
    else:
        named = {FIELDS[name].label: code for name, code in mapping.items() if name in FIELDS}
    named = {label: code.strip() for label, code in named.items() if code.strip()}
    unknown = unknown_codes(named)
    return CodeCheck(len(named) - len(unknown), unknown)


def why_not_switched(account: JetAccount) -> str:
    """Say what an account lacks before jobs may speak through it; nothing when it is ready."""
    config = configuration.current()
    if not account.is_complete:
        return f"The {account} lacks API user, secret or fulfillment node. Enter them first."
    if account.has_secret_for_elsewhere(config.api_url):
        return secret_bound_elsewhere(account, config)
    return ""


def switch_mode(*, mode: str) -> None:
    """
    Let all jobs speak to Jet's other data set.

    :raises NotSwitched: the account of that mode is not complete, or its secret was entered for another address
    """
    if lacking := why_not_switched(configuration.account(mode)):
        raise NotSwitched(lacking)
    config = configuration.current()
    if config.mode == mode:
        return
    with transaction.atomic():
        history.record(SWITCHED, config, before={"mode": config.mode}, after={"mode": mode})
        config.mode = Mode(mode)
        config.save(update_fields=["mode", "updated_at"])


def undo_last(*, tab: str) -> Saved:
    """
    Bring back what the last change of a tab replaced.

    :raises ValidationError: what it was before is not allowed any more
    """
    event = last_change(tab)
    if event is None or not event.before:
        return Saved()
    names = set(settings_table.tabs()[tab].names)
    return save(changes={name: _typed(name, value) for name, value in event.before.items() if name in names})


def last_change(tab: str) -> Event | None:
    """Return the last history row that changed a field of this tab."""
    config = configuration.current()
    names = set(settings_table.tabs()[tab].names)
    events = history.timeline(config).filter(action=CHANGED)[:50]
    return next((event for event in events if names & set(event.after or {})), None)


def changes_of(tab: str) -> list[Event]:
    """Return the last history rows of a tab, newest first."""
    names = set(settings_table.tabs()[tab].names)
    events = history.timeline(configuration.current()).filter(action=CHANGED)[:50]
    return [event for event in events if names & set(event.after or {})][:5]


def timeline() -> list[timelines.Entry]:
    """Return what was done to the settings and to both key pairs, newest first."""
    settings = [_labelled(entry) for entry in timelines.of(configuration.current())]
    entries = [*settings, *(entry for each in JetAccount.objects.all() for entry in timelines.of(each))]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[: timelines.SHOWN]


def _labelled(entry: timelines.Entry) -> timelines.Entry:
    """Name the settings as people know them; what names them a second time is left out."""
    known = {field_in_words(name): name for name in settings_table.names()}
    changes = tuple(
        replace(each, field=capfirst(label(known[each.field]))) if each.field in known else each
        for each in entry.changes
    )
    return replace(entry, changes=changes, message="" if entry.action == CHANGED else entry.message)


def _assign(config: Configuration, changes: Mapping[str, Any]) -> Saved:
    saved = Saved()
    for name, value in changes.items():
        old = getattr(config, name)
        if old != value:
            saved.changed[name] = (old, value)
            setattr(config, name, value)
    return saved


def _price_problems(config: Configuration) -> Iterator[tuple[str, str]]:
    modes = Configuration.PriceMode
    if config.price_mode == modes.DECREASE_PERCENT and config.price_value >= 100:
        yield "price_value", "A decrease of 100 % or more leaves no price."
    if config.price_mode not in (modes.STORE, modes.ATTRIBUTE) and config.price_value <= 0:
        yield "price_value", "Enter by how much; it must be above zero."
    if config.price_mode == modes.ATTRIBUTE:
        if not config.price_attribute:
            yield (
                "price_attribute",
                "Enter the code of the attribute that holds each product's price for Jet.",
            )
        elif unknown_codes({"price": config.price_attribute}):
            yield "price_attribute", f"The store has no attribute {config.price_attribute!r}."
    if config.minimum_margin is not None and unknown_codes({"cost": config.cost_attribute or "?"}):
        yield (
            "cost_attribute",
            f"The store has no attribute {config.cost_attribute!r}; a margin needs the cost.",
        )


def _rule_problems(config: Configuration) -> Iterator[tuple[str, str]]:
    """Refuse a rule that leaves no price: the store's lowest prices show it, so few products are read."""
    if config.price_mode == Configuration.PriceMode.ATTRIBUTE:
        return
    today = store_days.today()
    lost = []
    for product in _cheapest():
        offer = offers.offer_of(product, config, today)
        if NO_PRICE in offer.refusal:
            lost.append(f"{product.sku} (${product.price:,.2f})")
    if lost:
        many = f"{len(lost)} or more products" if len(lost) >= CHEAPEST else counted(len(lost), "product")
        yield (
            "price_value",
            f"{many if len(lost) > 1 else '1 product'} would get a price of zero or less, for example "
            f"{', '.join(lost[:3])}. Enter a smaller amount, or a price under “Never below”.",
        )


def _cheapest() -> list[Product]:
    kinds = (Product.Kind.SIMPLE, Product.Kind.CONFIGURABLE)
    sold = Product.objects.filter(enabled=True, excluded=False, kind__in=kinds, price__gt=0)
    found = {each.pk: each for each in sold.order_by("price", "pk")[:CHEAPEST]}
    reduced = sold.filter(special_price__isnull=False).order_by("special_price", "pk")
    found |= {each.pk: each for each in reduced[:CHEAPEST]}
    return list(found.values())


def _return_problems(config: Configuration) -> Iterator[tuple[str, str]]:
    if not any(getattr(config, name) for name in RETURN_FIELDS):
        return
    for name in ("return_address1", "return_city", "return_state", "return_zip"):
        if not getattr(config, name):
            yield name, "An address needs this too."
    if config.return_state and not (len(config.return_state) == 2 and config.return_state.isalpha()):
        yield "return_state", "Two letters, such as NJ."
    digits = config.return_zip.replace("-", "", 1)
    if config.return_zip and not (digits.isdecimal() and digits.isascii() and len(digits) in (5, 9)):
        yield "return_zip", "Five digits, or nine as in 07030-1234."


def _store_problems(config: Configuration) -> Iterator[tuple[str, str]]:
    if not all(isinstance(code, str) and code.strip() for code in config.store_sources):
        yield "store_sources", "Codes of sources, with commas between."
    if config.store_way == Configuration.StoreWay.PLACED and not config.store_mailbox:
        yield "store_mailbox", "Way C needs it: the store mails each order that is placed in it."
    if config.store_way == Configuration.StoreWay.PLAIN and not config.store_accepts_phantoms:
        yield (
            "store_accepts_phantoms",
            (
                "Way A needs it: Magento reserves nothing of such an order, and each unit shipped or cancelled "
                "leaves a unit of phantom stock there."
            ),
        )


def _order_problems(config: Configuration) -> Iterator[tuple[str, str]]:
    methods = set(Configuration.PaymentMethod.values)
    strange = set(config.disabled_payment_methods) - methods
    if strange:
        yield "disabled_payment_methods", f"There is no payment method {', '.join(sorted(strange))}."


def _mapping_problems(config: Configuration) -> dict[str, str]:
    """A code that was there before may wait for its attribute to be imported; a new one must exist."""
    stored = Configuration.objects.filter(pk=1).values_list("field_mapping", flat=True).first() or {}
    fresh = {name: code for name, code in config.field_mapping.items() if stored.get(name) != code}
    wrong = {name: f"the store has no attribute {code!r}" for name, code in unknown_codes(fresh).items()}
    wrong |= wrong_defaults(fresh)
    if not wrong:
        return {}
    return {"field_mapping": "; ".join(f"{name}: {reason}" for name, reason in wrong.items())}


def _follow_up(
    config: Configuration, changed: Mapping[str, tuple[Any, Any]], offered: dict[str, Any]
) -> Iterator[CatalogChange]:
    """Write down which products a change concerns; a job walks them, however many they are."""
    reason = "configuration: " + ", ".join(label(name) for name in changed)
    scopes = CatalogChange.Scope
    if set(changed) & {*PRICE_FIELDS, *STOCK_FIELDS, *offers.DAY_SETTINGS} or _moves_map_price(changed):
        yield note_change(scopes.OFFER, reason=reason, before=offered, after=offers.snapshot(config))
    if "list_by_default" in changed:
        yield note_change(scopes.CONFIGURATION_RULE, reason=reason)
    if "field_mapping" in changed:
        old, new = changed["field_mapping"]
        names = [name for name in {*old, *new} if old.get(name) != new.get(name)]
        fed = [name for name in names if not name.endswith(DEFAULT)]
        codes = {code for name in fed for code in (old.get(name), new.get(name)) if code}
        if len(fed) < len(names):
            codes.add(COLUMNS[0])  # which every product has: a default counts for all of them
        yield note_change(scopes.CODES, reason=reason, names=codes)
    if "store_view" in changed:
        views = [view.code for view in changed["store_view"] if view is not None]
        yield note_change(scopes.TEXTS, reason=reason, names=views)
    if "image_base_url" in changed and not all(changed["image_base_url"]):
        # From one base to another an address stays an address.
        yield note_change(scopes.IMAGES, reason=reason)


def _moves_map_price(changed: Mapping[str, tuple[Any, Any]]) -> bool:
    old, new = changed.get("field_mapping", ({}, {}))
    return bool(old.get("map_price") != new.get("map_price"))


def plain(value: Any) -> Any:
    """Return a setting's value as JSON can hold it."""
    if isinstance(value, models.Model):
        return value.code if isinstance(value, StoreView) else value.pk
    return str(value) if isinstance(value, Decimal) else value


def _typed(name: str, value: Any) -> Any:
    """Turn what history shows back into what the column holds."""
    column = Configuration._meta.get_field(name)
    if name == "store_view":
        return StoreView.objects.filter(code=value).first() if value else None
    if isinstance(column, models.DecimalField) and value is not None:
        return Decimal(value)
    return value
