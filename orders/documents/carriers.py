"""Carriers as the store calls them, by a code and a title, and as Jet does."""

# The codes of the carriers that a store has from the start.
CODES = {"UPS": "ups", "FedEx": "fedex", "USPS": "usps", "DHL": "dhl"}
CUSTOM = "custom"


def code_of(carrier: str) -> str:
    """Return the store's code of a carrier of Jet's; what it does not know is custom there."""
    return next(
        (code for name, code in CODES.items() if carrier.casefold().startswith(name.casefold())), CUSTOM
    )
