"""What Jet's statuses and sub-statuses mean, and what fixes them, in plain words (docs/jet-api.md, products)."""

STATUS_HELP = {
    "Not Uploaded": "Jet does not have this product yet.",
    "Under Jet Review": "Jet checks the product by hand, which takes one to two weeks. The review begins only "
    "when the quantity at Jet is above zero.",
    "Missing Listing Data": "Jet has the product but lacks something it needs to sell it; see the reasons.",
    "Available for Purchase": "Buyers can order the product.",
    "Excluded": "Jet does not show the product, often because its price is not competitive.",
    "Unauthorized": "Jet does not let this account sell this brand. Ask Jet's partner support for approval.",
    "Archived": "The product is closed on Jet and cannot be bought.",
}

SUB_STATUS_HELP = {
    "missing variation information": "Map the attributes that distinguish the variations, and upload again.",
    "missing title": "Give the product a title of 5 to 500 characters.",
    "missing shipping weight": "Enter the weight in pounds.",
    "missing price": "Send the price: Update Inventory and Price.",
    "price needed": "Send the price: Update Inventory and Price.",
    "missing image": "Give it a main image that Jet can fetch over http(s), at least 500 by 500 pixels. "
    "An image that Jet cannot read counts as missing.",
    "image needed": "Give it a main image that Jet can fetch over http(s), at least 500 by 500 pixels.",
    "missing category": "Map its store category to a Jet category.",
    "invalid category": "Jet does not know the category it is mapped to. Choose another.",
    "missing brand": "Enter the brand on the jet.com tab.",
    "missing attribute value": "Map and fill the attributes that the Jet category needs.",
    "attribute data needed": "Map and fill the attributes that the Jet category needs.",
    "invalid sku identifier": "Check the UPC, EAN, GTIN or ISBN on the jet.com tab.",
    "additional sku id needed": "Enter a UPC, EAN, GTIN-14, ISBN or ASIN: brand and part number alone never go live.",
    "incorrect multipack quantity": "Check how many pieces the offer holds (multipack quantity).",
}


def explained(sub_statuses: list[str]) -> list[tuple[str, str]]:
    """Return Jet's reasons, each with what fixes it."""
    return [(word, SUB_STATUS_HELP.get(word.strip().lower(), "")) for word in sub_statuses]
