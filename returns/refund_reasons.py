"""Jet's own lists for refunds: why the customer sent goods back, and why less is paid than was."""

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
