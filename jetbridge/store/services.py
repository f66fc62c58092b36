"""Keeps the link to the merchant's store: its keys, checks of them, its one opener of clients, its trouble."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jetapi.http.circuit import Circuit
from jetapi.http.errors import CallError
from jetapi.http.retry import Retries
from jetapi.http.timeouts import Timeouts
from jetbridge.core import configuration, history
from jetbridge.core.actors import current_actor
from jetbridge.core.call_log import CallLog
from jetbridge.core.models import Configuration, Mode, StoreView, addresses
from jetbridge.core.run_file import RunFile
from jetbridge.core.texts import counted
from jetbridge.store.magento.client import TIMEOUTS, MagentoClient
from jetbridge.store.magento.errors import NoPermission, ViewGone, WrongKeys, WrongTime
from jetbridge.store.magento.oauth import Keys
from jetbridge.store.magento.probes import CLOCK_LIMIT_SECONDS, Chosen, Inspection, inspect, sorted_error
from jetbridge.store.magento.store import MagentoStore
from jetbridge.store.models import SECRETS, StoreLink
from jetbridge.store.ports import SendingStore, Store

KEYS = ("consumer_key", "is_bearer", "secret_origin", *SECRETS)
SAVED, CHECKED, DISCONNECTED = "store keys saved", "store checked", "store disconnected"
# For checks during which a person looks at a page that loads.
WHILE_SOMEBODY_WAITS = Timeouts(connect=3, read=10, total=12)
# Watermarks are the store's own, so that a clock may be off; signed calls end at ten minutes.
CLOCK_WARNING_SECONDS = 300


class NotLinked(Exception):
    """The store cannot be spoken to, whatever it would say; the message says what is missing and the fix."""


# What speaking to the store may end with; `said` words it.
FAILURES = (NotLinked, CallError)


class NotForThisStore(Exception):
    """What is to be sent belongs to the test account or the demo, and the store is a merchant's own."""


def link() -> StoreLink:
    """Return the link, made empty on first use."""
    return StoreLink.objects.get_or_create(pk=1)[0]


def is_linked(config: Configuration) -> bool:
    return config.store_kind == Configuration.StoreKind.MAGENTO


def address(config: Configuration) -> str:
    """
    Return the store's address: the configured one, or the emulator of this run.

    :raises NotLinked: neither is there
    """
    found = config.store_url or str(RunFile(settings.JETBRIDGE_HOME).read().get("store") or "")
    if not found:
        raise NotLinked(
            "No store address is configured and no store emulator of this installation is running. "
            "Enter the address in Configuration, or start one with `manage.py up --store magento`."
        )
    parts = urlsplit(found)
    # Who copies an address of its API means the store that has it.
    path = f"{parts.path}/".partition("/rest/")[0].rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def address_of(config: Configuration) -> str:
    """Return the store's address, or nothing where none is known."""
    try:
        return address(config)
    except NotLinked:
        return ""


def save_keys(**values: Any) -> list[str]:
    """
    Save keys; an empty secret keeps the stored one. Return what changed, by field name.

    Secrets are bound to the store address that is configured now: for a new address all are entered again.
    """
    with transaction.atomic():
        StoreLink.objects.get_or_create(pk=1)
        stored = StoreLink.objects.select_for_update().get(pk=1)
        entered = typed(stored, **values)
        changed = [name for name in KEYS if getattr(entered, name) != getattr(stored, name)]
        if changed:
            entered.checked_at, entered.check_passed, entered.check_message = None, None, ""
            entered.trouble, entered.trouble_at = "", None
            entered.save()
            shown = {name: "(kept secret)" if name in SECRETS else getattr(entered, name) for name in changed}
            history.record(SAVED, entered, message=", ".join(changed), after=shown)
    return changed


def typed(stored: StoreLink, **values: Any) -> StoreLink:
    """Return the link as it would be with what is typed; saves nothing."""
    copy = StoreLink.objects.filter(pk=stored.pk).first() or StoreLink(pk=1)
    where = configuration.current().store_url
    entered = {name: values[name] for name in SECRETS if values.get(name)}
    if entered and not copy.belongs_to(where):
        for name in (
            SECRETS
        ):  # what belongs to another address goes nowhere together with what was entered for this one
            setattr(copy, name, "")
    for name in ("consumer_key", "is_bearer"):
        if values.get(name) is not None:
            setattr(copy, name, values[name])
    for name, value in entered.items():
        setattr(copy, name, value)
    if entered:
        copy.secret_origin = addresses.origin_of(where)
    return copy


def is_saved(asked: StoreLink) -> bool:
    """Return whether what was checked is what is stored, so that the result may be kept."""
    stored = link()
    return all(getattr(stored, each) == getattr(asked, each) for each in KEYS)


def check(found: StoreLink, *, view: str | None = None, seconds: float = 25) -> Inspection:
    """
    Ask the store what these keys may do; what is wrong stands in the result.

    :raises NotLinked: it cannot be asked at all
    """
    config = configuration.current()
    stock = config.store_stock_id
    chosen = Chosen(
        view=view if view is not None else (config.store_view.code if config.store_view else ""),
        website=config.store_website, stock=stock, sources=tuple(config.store_sources),
    )  # fmt: skip
    once = Retries(attempts=1)
    with open_client(
        found, view="", timeouts=WHILE_SOMEBODY_WAITS, retries=once, circuit=Circuit()
    ) as client:
        keys = _keys(found)
        signed = replace(keys, bearer=False) if keys.bearer and replace(keys, bearer=False).can_sign else None
        if signed is None:
            return inspect(client, chosen=chosen, seconds=seconds)
        with MagentoClient(
            client.base_url, signed, timeouts=WHILE_SOMEBODY_WAITS, retries=once, on_call=client.on_call
        ) as other:
            return inspect(client, chosen=chosen, signed=other, seconds=seconds)


def summary(found: Inspection) -> str:
    """Say in one or two sentences what a check brought."""
    if not found.ok:
        first = next((each for each in found.probes if not each.ok), None)
        if found.missing:
            words = "permission" if len(found.missing) == 1 else "permissions"
            return f"The integration lacks the {words} {', '.join(found.missing)}. Allow it in Magento."
        return first.message if first else " ".join(found.problems)
    edition = f" {found.version} {found.edition}".rstrip()
    stock = "with" if found.msi else "without"
    module = "with" if found.module else "without"
    text = f"Magento{edition}, {stock} multi-source inventory, {module} companion module: all permissions are there."
    if abs(found.clock_seconds) >= CLOCK_WARNING_SECONDS:
        text += f" {_clock(found.clock_seconds)}"
    return text


def keep_check(found: Inspection) -> None:
    """Store what a check of the saved keys brought, and the store's views with it."""
    now, text = timezone.now(), summary(found)
    StoreLink.objects.filter(pk=1).update(
        checked_at=now, check_passed=found.ok, check_message=text, version=found.version, has_msi=found.msi,
        has_module=found.module,
    )  # fmt: skip
    for code, name in found.views.items():
        StoreView.objects.get_or_create(code=code, defaults={"name": name})
    history.record(CHECKED, link(), message=text, after={"passed": found.ok})


@contextmanager
def open_client(
    found: StoreLink | None = None,
    *,
    view: str | None = None,
    timeouts: Timeouts = TIMEOUTS,
    retries: Retries | None = None,
    circuit: Circuit | None = None,
) -> Iterator[MagentoClient]:
    """
    Give a client of the store; the only place that builds one of what is saved.

    :raises NotLinked: keys or address are missing, or the keys were entered for another address
    """
    config, found = configuration.current(), found or link()
    where = address(config)
    if found.has_unreadable_secret:
        raise NotLinked("The store's keys cannot be read: field_keys is not the file they were saved with.")
    if not found.is_complete:
        raise NotLinked("The store's keys are not complete. Enter them in Configuration, Store.")
    # The one gate of every secret: whichever way the address came to be changed, it stays where it was meant to go.
    if not found.belongs_to(config.store_url):
        raise NotLinked(
            f"The store's keys were entered for {addresses.named(found.secret_origin)}, and the store address now "
            f"leads to {addresses.named(addresses.origin_of(config.store_url))}. Enter them again in Configuration."
        )
    own = config.store_view.code if config.store_view else ""
    log = CallLog(configuration.account(config.mode), store=where)
    client = MagentoClient(
        where, _keys(found), store_view=own if view is None else view, timeouts=timeouts, retries=retries,
        circuit=circuit or _circuit(where), purpose=current_actor().job, on_call=log.take,
    )  # fmt: skip
    try:
        with client:
            yield client
    finally:
        log.write()


@contextmanager
def open_store() -> Iterator[Store]:
    """
    Give the linked store behind the panel's port.

    :raises NotLinked: it cannot be spoken to
    """
    with open_client() as client:
        yield MagentoStore(client, website=configuration.current().store_website)


def is_emulator(config: Configuration) -> bool:
    """Return whether the configured address leads to this installation's emulator of a store."""
    own = str(RunFile(settings.JETBRIDGE_HOME).read().get("store") or "")
    return not config.store_url or (
        bool(own) and addresses.origin_of(own) == addresses.origin_of(config.store_url)
    )


def takes(config: Configuration, *, mode: str, is_demo: bool) -> bool:
    """Return whether the store takes orders of an account: those of the test account and the demo, the emulator."""
    return (not is_demo and mode == Mode.LIVE) or config.store_takes_tests or is_emulator(config)


@contextmanager
def open_store_to_send(*, mode: str, is_demo: bool) -> Iterator[SendingStore]:
    """
    Give the linked store to send an order, or what belongs to one, of this account's mode.

    :raises NotLinked: it cannot be spoken to
    :raises NotForThisStore: only the emulator takes orders of the test account and the demo, unless the switch is set
    """
    config = configuration.current()
    if not takes(config, mode=mode, is_demo=is_demo):
        whose = "the demo" if is_demo else "the test account"
        raise NotForThisStore(
            f"Orders of {whose} go into the emulator only, not into {addresses.named(config.store_url)}. "
            "Test orders too, in Configuration, Store, lets them in."
        )
    with open_client() as client:
        yield MagentoStore(client, website=config.store_website)


def look_after() -> str:
    """Ask the linked store whether it answers, and keep what is wrong; return it in one line, or nothing."""
    text = _trouble()
    now = timezone.now()
    before = StoreLink.objects.filter(pk=1).values_list("trouble", flat=True).first() or ""
    if text and not before:
        StoreLink.objects.filter(pk=1).update(trouble=text, trouble_at=now)
    elif text != before:
        StoreLink.objects.filter(pk=1).update(trouble=text, **({} if text else {"trouble_at": None}))
    return text


def forget_trouble() -> None:
    """The store is no longer spoken to, so that nothing of it can be wrong; its keys stay."""
    StoreLink.objects.filter(pk=1).update(trouble="", trouble_at=None)
    history.record(DISCONNECTED, link())


def said(error: Exception) -> str:
    """Say in one line for people why the store could not be spoken to."""
    if isinstance(error, ViewGone):
        view = configuration.current().store_view
        return f"The store has no store view {view.code if view else ''} any more. Choose another in Configuration."
    if isinstance(error, NoPermission) and not isinstance(error, WrongTime | WrongKeys):
        return "The store no longer accepts the keys: the integration was revoked or lost its permissions."
    if isinstance(error, CallError):
        return sorted_error(error)[1] or f"The store answers with an error: {error}."
    return str(error)


def _trouble() -> str:
    try:
        with open_store() as store:
            seconds = store.look()
    except FAILURES as error:
        return said(error)
    return _clock(seconds) if abs(seconds) >= CLOCK_WARNING_SECONDS else ""


def _clock(seconds: float) -> str:
    way = "ahead of" if seconds > 0 else "behind"
    text = f"The store's clock is {counted(round(abs(seconds) / 60), 'minute')} {way} this machine's"
    if seconds > 0:
        return f"{text}."
    return f"{text}; signed calls may be refused from {CLOCK_LIMIT_SECONDS // 60} minutes on."


def _keys(found: StoreLink) -> Keys:
    return Keys(
        found.consumer_key, found.consumer_secret, found.token, found.token_secret, bearer=found.is_bearer
    )


@lru_cache(maxsize=16)
def _circuit(url: str) -> Circuit:
    """One circuit per address and process: what one client learned of a dead store spares the others."""
    return Circuit()
