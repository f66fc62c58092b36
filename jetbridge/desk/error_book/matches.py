"""Which entry explains words that no entry quotes: Jet's free text and the reasons of jobs."""

import re

# The first that fits counts, so the more specific stand before the more general.
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        (r"lacks api user, secret", "settings.keys_missing"),
        (r"api secret of the \w+ account was entered for", "settings.secret_elsewhere"),
        (r"the store has no attribute", "settings.unknown_attribute"),
        (r"price of zero or less|leaves no price", "settings.no_price_left"),
        (r"enter by how much|enter the code of the attribute", "settings.how_much"),
        (r"address needs this too|two letters, such as|five digits, or nine", "settings.address"),
        (r"there is no payment method", "settings.payment_method"),
        (r"must be able to manage users", "settings.last_owner"),
        (r"check digit", "*.check_digit"),
        (r"out of stock|no stock", "out_of_stock"),
        (r"switched off|not configured|is missing in configuration", "JetNotConfigured"),
        (
            r"standard_product_code|identifier|\bupc\b|\bean\b|\bgtin|\bisbn|\basin\b",
            "Invalid SKU identifier",
        ),
        (r"browse.?node|\bcategory\b|\bcategories\b", "Invalid category"),
        (r"multipack", "Incorrect multipack quantity"),
        (r"\bbrand\b", "Missing brand"),
        (r"product_title|\btitle\b", "Missing title"),
        (r"\bimages?\b|image_url", "Missing image"),
        (r"shipping_weight|shipping weight", "Missing shipping weight"),
        (r"\bprice\b", "Missing price"),
        (r"attribute", "Missing attribute value"),
        (r"too many (calls|requests)", "429"),
        (r"no answer|did not answer|timed? ?out|connection", "JetConnectionError"),
        (r"not found|does not (know|have)|unknown", "JetNotFound"),
    )
)


def recognize(text: str) -> str:
    """Return the code of the entry that words belong to, or nothing."""
    return next((code for pattern, code in PATTERNS if pattern.search(text)), "")
