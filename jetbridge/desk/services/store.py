"""Connects the merchant's store: keys, a check of all that is needed, and only then the switch."""

from jetbridge.core import configuration
from jetbridge.core.models import Configuration
from jetbridge.desk.services import configuration as settings_service
from jetbridge.store import services as links
from jetbridge.store.magento.probes import Inspection

KINDS = Configuration.StoreKind


def connect(found: Inspection | None = None) -> Inspection:
    """
    Check the saved keys, keep what came out, and switch to the store where everything is in order.

    :param found: the check, where it was made just before
    :raises NotLinked: the store cannot be asked at all
    """
    found = found or links.check(links.link())
    links.keep_check(found)
    if found.ok:
        settings_service.save(changes={"store_kind": KINDS.MAGENTO})
        links.look_after()
    return found


def disconnect() -> bool:
    """Go back to files; keys, settings and everything that was read stay. Return whether a store was connected."""
    was = links.is_linked(configuration.current())
    settings_service.save(changes={"store_kind": KINDS.FILES})
    if was:
        links.forget_trouble()
    return was
