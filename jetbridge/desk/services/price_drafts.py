"""A price rule that is tried before it is in force: kept beside the configuration, put in force or discarded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from catalog.rules import offers
from jetbridge.core import configuration, history
from jetbridge.core.models import Configuration
from jetbridge.desk.services import configuration as settings_service

DRAFTED, DISCARDED, IN_FORCE = "price draft saved", "price draft discarded", "price draft put in force"
NAMES = (*offers.PRICE_SETTINGS, *offers.STOCK_SETTINGS)


@dataclass(frozen=True)
class Draft:
    """The settings of the tab as they were drafted, and by whom and when."""

    settings: dict[str, Any]
    by: str
    at: Any

    def on(self, config: Configuration) -> Configuration:
        """Return a copy of the configuration with the draft in it; never saved."""
        return offers.with_settings(config, self.settings)

    def differences(self, config: Configuration) -> list[tuple[str, Any, Any]]:
        """Return what putting it in force would change: the setting, now, and then."""
        drafted = self.on(config)
        return [
            (settings_service.label(name), *(settings_service.value_text(name, each) for each in (now, then)))
            for name in NAMES
            if (now := getattr(config, name)) != (then := getattr(drafted, name))
        ]


def current() -> Draft | None:
    """Return the draft, if there is one."""
    kept = configuration.current().price_draft
    if not kept:
        return None
    return Draft(dict(kept["settings"]), str(kept["by"]), parse_datetime(kept["at"]))


@transaction.atomic
def keep(*, changes: Mapping[str, Any], by: str) -> Draft:
    """Keep a price rule as a draft in place of the former one; nothing of it is in force."""
    config = configuration.current()
    settings = {name: settings_service.plain(changes[name]) for name in NAMES if name in changes}
    config.price_draft = {"settings": settings, "by": by, "at": timezone.now().isoformat()}
    config.save(update_fields=["price_draft", "updated_at"])
    history.record(DRAFTED, config, after=settings)
    draft = current()
    assert draft is not None
    return draft


@transaction.atomic
def discard() -> bool:
    """Forget the draft; return whether there was one."""
    return _forget(DISCARDED)


@transaction.atomic
def settle() -> None:
    """Forget a draft that says nothing else than what is in force."""
    draft = current()
    if draft is not None and not draft.differences(configuration.current()):
        _forget(IN_FORCE)


@transaction.atomic
def put_in_force() -> settings_service.Saved:
    """
    Save the draft's settings as the rule, and forget the draft.

    :raises ValidationError: the rule is not allowed; the draft stays
    """
    draft = current()
    if draft is None:
        return settings_service.Saved()
    drafted = draft.on(configuration.current())
    saved = settings_service.save(
        changes={name: getattr(drafted, name) for name in NAMES if name in draft.settings}
    )
    _forget(IN_FORCE)
    return saved


def _forget(word: str) -> bool:
    config = configuration.current()
    if not config.price_draft:
        return False
    history.record(word, config, before=config.price_draft["settings"])
    config.price_draft = None
    config.save(update_fields=["price_draft", "updated_at"])
    return True
