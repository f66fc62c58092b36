"""Carriers as the store calls them, by a code and a title, and as Jet does."""

from jetbridge.store.models import StoreCarrier
from orders.jet.shipments import CARRIERS

# The codes of the carriers that a store has from the start.
CODES = {"UPS": "ups", "FedEx": "fedex", "USPS": "usps", "DHL": "dhl"}
CUSTOM = "custom"
_JETS = {code: name for name, code in CODES.items()}
_LONGEST_FIRST = sorted(CARRIERS, key=len, reverse=True)


def code_of(carrier: str) -> str:
    """Return the store's code of a carrier of Jet's; what it does not know is custom there."""
    return next(
        (code for name, code in CODES.items() if carrier.casefold().startswith(name.casefold())), CUSTOM
    )


def chosen(code: str, title: str) -> tuple[str, str]:
    """
    Return Jet's name of a carrier of the store, and the method that goes with it; nothing where it is not known.

    What a person chose comes first: for this title, then for all of the code.
    """
    rows = {row.title: row for row in StoreCarrier.objects.filter(code=code, title__in=("", title))}
    if row := rows.get(title) or rows.get(""):
        return row.carrier, row.method
    return _JETS.get(code.casefold()) or _begun(title), ""


def choose(code: str, title: str, carrier: str, method: str = "") -> None:
    """Keep what Jet calls a carrier of the store."""
    StoreCarrier.objects.update_or_create(
        code=code[:50], title=title[:100], defaults={"carrier": carrier[:60], "method": method[:60]}
    )


def _begun(title: str) -> str:
    """Return the carrier with whose name a title begins."""
    said = f"{title.casefold()} "
    return next((name for name in _LONGEST_FIRST if said.startswith(f"{name.casefold()} ")), "")
