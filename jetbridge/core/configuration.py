"""Reading the merchant's configuration and the account it speaks through."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from jetbridge.core.models import Configuration, JetAccount, Mode
from jetbridge.core.models.quick import ByKey


@dataclass
class _Kept:
    """What one page view has read already."""

    configuration: Configuration | None = None
    accounts: dict[str, JetAccount] = field(default_factory=dict)


# Every job, call and answer asks for it.
_CONFIGURATION, _ACCOUNT = ByKey(Configuration, "id"), ByKey(JetAccount, "mode")
_kept: ContextVar[_Kept | None] = ContextVar("jetbridge_configuration", default=None)


def current() -> Configuration:
    """Return the configuration, made with its defaults on first use."""
    kept = _kept.get()
    if kept is None:
        return _read()
    if kept.configuration is None:
        kept.configuration = _read()
    return kept.configuration


def active_account() -> JetAccount:
    """Return the account of the mode that is switched on, made empty on first use."""
    return account(current().mode)


def account(mode: str) -> JetAccount:
    """Return the account of a mode, made empty on first use."""
    kept = _kept.get()
    if kept is None:
        return _read_account(mode)
    if mode not in kept.accounts:
        kept.accounts[mode] = _read_account(mode)
    return kept.accounts[mode]


def jet_time() -> datetime:
    """Return the time at Jet, by which deadlines pass: ours, unless a sandbox's clock was moved to practice."""
    return timezone.now() + active_account().clock_offset


def read_once() -> AbstractContextManager[None]:
    """Read configuration and accounts once until the block ends: for page views, which change neither."""
    return _keeping(_Kept())


def as_if(config: Configuration) -> AbstractContextManager[None]:
    """Go by a configuration that is not saved until the block ends; it is stored afterwards, if at all."""
    return _keeping(_Kept(config))


@contextmanager
def _keeping(kept: _Kept) -> Iterator[None]:
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)


def _read() -> Configuration:
    return _CONFIGURATION.read(1) or Configuration.objects.get_or_create(pk=1)[0]


def _read_account(mode: str) -> JetAccount:
    return _ACCOUNT.read(Mode(mode).value) or JetAccount.objects.get_or_create(mode=Mode(mode))[0]
