"""Settings of prices, of what is offered, and of what is held back from the stock."""

from decimal import Decimal

from jetbridge.core.settings_table import Setting, Tab

PRICES = Tab(
    "prices",
    "Prices and stock",
    4,
    {
        "Price rule": (
            Setting("price_mode", "Product price", "Applied to all products."),
            Setting(
                "price_value",
                "By how much",
                "Dollars for a fixed amount, percent for a percentage.",
                title="Amount of the price rule",
                empty=Decimal(0),
            ),
            Setting(
                "price_attribute",
                "Price attribute",
                "Code of the attribute that holds each product's price for Jet.",
            ),
            Setting("use_special_price", "Use the special price while it runs"),
            Setting(
                "price_rounding",
                "Rounding",
                "After the rule; the floors below come last and are kept to the cent.",
                title="Price rounding",
            ),
        ),
        "Floors": (
            Setting(
                "price_floor",
                "Never below",
                "In dollars. A lower result is raised to this.",
                title="Lowest price",
            ),
            Setting(
                "cost_attribute",
                "Cost attribute",
                "Code of the attribute that holds what a product costs you.",
            ),
            Setting(
                "minimum_margin",
                "Least margin, %",
                "Of the price: 20 keeps what costs $8.00 at $10.00 or more. Empty: no margin is kept.",
            ),
            Setting(
                "map_check",
                "Where the price would be below MAP",
                "MAP is the minimum advertised price, as the field mapping or the product names it.",
                title="Price below MAP",
            ),
        ),
        "Review": (
            Setting(
                "price_review",
                "Review large price changes",
                "On: such a change waits under Price Reviews for a person's yes; all else goes on.",
            ),
            Setting(
                "price_review_percent",
                "Large means more than, %",
                "Measured against the price that Jet has.",
                title="Share above which a price change is reviewed, %",
            ),
        ),
        "What is offered": (
            Setting(
                "list_by_default",
                "Offer every product",
                "Brand rules, categories and products may say otherwise. "
                "Off: only what one of them says is offered.",
            ),
        ),
        "Stock": (
            Setting(
                "stock_buffer",
                "Stock buffer",
                "Units never offered on Jet; a category or product may have its own.",
            ),
            Setting(
                "unmanaged_quantity",
                "Quantity without stock management",
                "What is sent to Jet for products whose stock is not managed.",
            ),
        ),
    },
)
