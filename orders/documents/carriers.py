"""Carriers as the store calls them, by a code and a title, and as Jet does."""

from jetbridge.core import history
from jetbridge.store.models import StoreCarrier
from orders.jet.shipments import CARRIERS, METHODS_BY_CARRIER, known_carrier

# The codes of the carriers that a store has from the start.
CODES = {"UPS": "ups", "FedEx": "fedex", "USPS": "usps", "DHL": "dhl"}
CUSTOM = "custom"
METHODS = frozenset(method for methods in METHODS_BY_CARRIER.values() for method in methods)
SAY_WHICH = "Say which carrier of Jet's it is."
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
    code, title = _key(code, title)
    rows = {row.title: row for row in StoreCarrier.objects.filter(code=code, title__in=("", title))}
    if row := rows.get(title) or rows.get(""):
        return row.carrier, row.method
    return _JETS.get(code.casefold()) or _begun(title), ""


class NotACarrier(Exception):
    """What was said is no carrier, or no method of Jet's; the text says which."""


def choose(code: str, title: str, carrier: str, method: str = "") -> StoreCarrier:
    """
    Keep what Jet calls a carrier of the store: one of this title, or without one all of the code.

    :raises NotACarrier: Jet has no such carrier or method
    """
    code, title = _key(code, title)
    method, name = method.strip(), known_carrier(carrier)
    if not name:
        raise NotACarrier(f"Jet has no carrier {carrier.strip()[:60]}." if carrier.strip() else SAY_WHICH)
    if method and method not in METHODS:
        raise NotACarrier(f"Jet has no shipping method {method[:60]}.")
    found, _ = StoreCarrier.objects.update_or_create(
        code=code, title=title, defaults={"carrier": name, "method": method}
    )
    history.record("carrier chosen", found, message=f"{found} is {name} {method}".strip())
    return found


def forget(code: str, title: str) -> None:
    """
    Forget what was chosen, so that it is known by its code, or asked about again.

    :raises NotACarrier: nothing was chosen of it
    """
    code, title = _key(code, title)
    found = StoreCarrier.objects.filter(code=code, title=title).first()
    if found is None:
        raise NotACarrier(f"Nothing was chosen for {code} {title}".strip() + ".")
    history.record("carrier forgotten", found, message=f"{found} was {found.carrier} {found.method}".strip())
    found.delete()


def _key(code: str, title: str) -> tuple[str, str]:
    """Return what a carrier of the store is looked up by: what there is room for, without blanks around it."""
    return code.strip()[:50].strip(), title.strip()[:100].strip()


def _begun(title: str) -> str:
    """Return the carrier with whose name a title begins."""
    said = f"{title.casefold()} "
    return next((name for name in _LONGEST_FIRST if said.startswith(f"{name.casefold()} ")), "")
