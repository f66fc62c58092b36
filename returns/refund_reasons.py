"""Jet's own lists for refunds: why the customer sent goods back, why less is paid than was; and what each means."""

REASONS = (
    "No longer want this item",
    "Received the wrong item",
    "Website description is inaccurate",
    "Product is defective / does not work",
    "Item arrived damaged - box intact",
    "Item arrived damaged - box damaged",
    "Package never arrived",
    "Package arrived late",
    "Wrong quantity received",
    "Better price found elsewhere",
    "Unwanted gift",
    "Accidental order",
    "Unauthorized purchase",
    "Item is missing parts / accessories",
    "Item is refurbished",
    "Item is expired",
    "Package arrived after estimated delivery date",
    "Return to Sender - damaged, undeliverable, refused",
    "Return to Sender - lost in transit only",
)
FEEDBACK = (
    "Item damaged",
    "Wrong item",
    "Item is missing parts/accessories",
    "Returned outside window",
    "Restocking fee",
    "Not shipped in original packaging",
    "Rerouting fee",
    "Items not received",
    "Refunded minus shipping cost",
)
# By Jet's word in small letters: lists of returns and of refunds write some of them differently.
MEANS = {
    "item damaged": "it came back broken or used",
    "wrong item": "something else came back than was sold",
    "item is missing parts/accessories": "only a part of it came back",
    "returned outside window": "it came back after the days that your policy gives",
    "restocking fee": "you keep a share for checking and putting it back",
    "not shipped in original packaging": "it cannot be sold as new without its box",
    "rerouting fee": "the parcel had to be sent on at your cost",
    "items not received": "nothing came back",
    "refunded minus shipping cost": "the goods are paid back, the shipping is not",
    "notmerchanterror": "the customer changed their mind, or gave a wrong address",
    "outsidemerchantpolicy": "your policy takes such goods back only at the customer's cost",
    "wrongitem": "something else came back than was sold",
    "fraud": "the return looks made up",
    "returnedoutsidewindow": "it came back after the days that your policy gives",
    "other": "say why in the notes",
}


def explained(word: str, label: str) -> str:
    """Return one of Jet's words as a choice of a form, with what it means."""
    return f"{label}: {MEANS[word.lower()]}" if word.lower() in MEANS else label
