"""What the merchant sets: one row, edited on the configuration page; core.settings_table has each setting's words."""

from decimal import Decimal
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from jetbridge.core.models.accounts import Mode, StoreView
from jetbridge.core.models.addresses import validate_address


def default_field_mapping() -> dict[str, str]:
    """Jet's fields, pre-mapped to the attribute codes that a Magento store usually has."""
    return {
        "product_title": "name",
        "product_description": "description",
        "brand": "brand",
        "manufacturer": "manufacturer",
        "mfr_part_number": "mpn",
        "multipack_quantity": "multipack_quantity",
        "UPC": "upc",
        "EAN": "ean",
        "GTIN-14": "gtin",
        "ISBN-10": "isbn10",
        "ISBN-13": "isbn",
        "ASIN": "asin",
        "shipping_weight_pounds": "weight",
        "country_of_origin": "country_of_manufacture",
        "map_price": "map_price",
        "msrp": "msrp_price",
    }


def validate_time_zone(name: str) -> None:
    """
    Let only zones pass that this installation knows.

    :raises ValidationError: it knows no such zone
    """
    if name not in available_timezones():
        raise ValidationError(f"There is no time zone {name}.")


class Configuration(models.Model):
    """The one configuration of this installation (primary key 1)."""

    class PriceMode(models.TextChoices):
        """How the price that Jet gets follows from the store's."""

        STORE = "store", "Store price as it is"
        INCREASE_FIXED = "increase_fixed", "Increase by fixed amount"
        INCREASE_PERCENT = "increase_percent", "Increase by fixed percentage"
        DECREASE_FIXED = "decrease_fixed", "Decrease by fixed amount"
        DECREASE_PERCENT = "decrease_percent", "Decrease by fixed percentage"
        ATTRIBUTE = "attribute", "Set per product, by attribute"

    class PriceRounding(models.TextChoices):
        """What a price for Jet is rounded to."""

        CENTS = "cents", "Cents only"
        UP_99 = "up_99", "Up to the next .99"
        UP_95 = "up_95", "Up to the next .95"
        NEAREST_99 = "nearest_99", "Nearest price that ends in .99"
        NEAREST_NICKEL = "nearest_nickel", "Nearest 0.05"
        NEAREST_DIME = "nearest_dime", "Nearest 0.10"
        NEAREST_DOLLAR = "nearest_dollar", "Nearest dollar"
        UP_DOLLAR = "up_dollar", "Up to the next dollar"

    class MapCheck(models.TextChoices):
        """What is done where the price for Jet would be below the minimum advertised price."""

        ADVISE = "advise", "Send it, and say so in the product's problems"
        RAISE = "raise", "Raise it to the MAP price"
        REFUSE = "refuse", "Do not send it"

    class NewOrderStatus(models.TextChoices):
        """What the store calls an imported order until Jet calls it complete or cancelled."""

        PENDING = "pending", "Pending"
        PROCESSING = "processing", "Processing"
        HELD = "holded", "On hold"

    class PaymentMethod(models.TextChoices):
        """The store's payment methods that an imported order may use."""

        JET = "jetpayment", "Jet payment"
        CHECK = "checkmo", "Check / money order"
        PURCHASE_ORDER = "purchaseorder", "Purchase order"

    class StoreKind(models.TextChoices):
        """Who keeps the merchant's store."""

        FILES = "files", "Files"
        MAGENTO = "magento2", "Magento 2"

    class StoreWay(models.TextChoices):
        """How an order gets into a Magento store (docs/operations.md, a Magento store)."""

        AUTO = "auto", "Automatic"
        MODULE = "D", "D: as it is, reserved by the companion module"
        PLACED = "C", "C: placed in the store, then set to Jet's prices"
        PLAIN = "A", "A: as it is, without a reservation"

    enabled = models.BooleanField(default=True)
    mode = models.CharField(max_length=4, choices=Mode.choices, default=Mode.TEST)
    api_url = models.URLField(
        "API URL",
        blank=True,
        validators=[validate_address],
        help_text="Empty: the sandbox of this run.",
    )
    store_view = models.ForeignKey(StoreView, on_delete=models.PROTECT, null=True, blank=True)
    image_base_url = models.URLField(blank=True)
    store_kind = models.CharField(max_length=10, choices=StoreKind.choices, default=StoreKind.FILES)
    store_url = models.URLField("store address", blank=True, validators=[validate_address])
    store_website = models.CharField(max_length=64, default="base")
    store_stock_id = models.PositiveIntegerField(null=True, blank=True)
    store_sources = models.JSONField(default=list, blank=True)
    store_order_prefix = models.CharField(max_length=10, blank=True)
    store_way = models.CharField(max_length=4, choices=StoreWay.choices, default=StoreWay.AUTO)
    # That each order of way A leaves phantom stock in the store was read and taken.
    store_accepts_phantoms = models.BooleanField(default=False, db_default=False)
    store_mailbox = models.EmailField(blank=True)
    store_admin_path = models.CharField(
        max_length=100, default="admin", db_default="admin", validators=[RegexValidator(r"^[\w/.-]+\Z")]
    )
    store_delivery_days = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )  # Orders of the test account and the demo's go into a store of its own kind, the emulator, and no other.
    store_takes_tests = models.BooleanField(default=False)

    return_address1 = models.CharField(max_length=200, blank=True)
    return_address2 = models.CharField(max_length=200, blank=True)
    return_city = models.CharField(max_length=100, blank=True)
    return_state = models.CharField(max_length=2, blank=True)
    return_zip = models.CharField(max_length=10, blank=True)

    auto_sync = models.BooleanField(default=True)
    sync_price_on_edit = models.BooleanField(default=True)
    sync_inventory_on_edit = models.BooleanField(default=True)
    sync_images_on_edit = models.BooleanField(default=False)
    sync_details_on_edit = models.BooleanField(default=False)
    archive_children = models.BooleanField(default=True)

    field_mapping = models.JSONField(default=default_field_mapping)

    price_mode = models.CharField(max_length=20, choices=PriceMode.choices, default=PriceMode.STORE)
    price_value = models.DecimalField(
        max_digits=12, decimal_places=4, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    price_attribute = models.CharField(max_length=64, blank=True)
    price_floor = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    use_special_price = models.BooleanField(default=True)
    price_rounding = models.CharField(
        max_length=16, choices=PriceRounding.choices, default=PriceRounding.CENTS
    )
    cost_attribute = models.CharField(max_length=64, blank=True, default="cost")
    minimum_margin = models.DecimalField(
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    map_check = models.CharField(max_length=8, choices=MapCheck.choices, default=MapCheck.ADVISE)
    price_review = models.BooleanField(default=False)
    price_review_percent = models.PositiveSmallIntegerField(
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
    )
    # A price rule that is not in force yet.
    price_draft = models.JSONField(null=True, blank=True, editable=False)
    list_by_default = models.BooleanField(default=True)
    stock_buffer = models.PositiveIntegerField(default=0)
    unmanaged_quantity = models.PositiveIntegerField(default=100)

    payment_method = models.CharField(max_length=32, choices=PaymentMethod.choices, default=PaymentMethod.JET)
    disabled_payment_methods = models.JSONField(default=list, blank=True)
    payment_title = models.CharField(max_length=100, default="Jet payment")
    shipping_title = models.CharField(max_length=100, default="Jet shipping")
    new_order_status = models.CharField(
        max_length=10, choices=NewOrderStatus.choices, default=NewOrderStatus.PROCESSING
    )
    auto_acknowledge = models.BooleanField(default=True)
    auto_cancel = models.BooleanField(default=True)
    reject_after_minutes = models.PositiveSmallIntegerField(default=12, validators=[MaxValueValidator(120)])
    # From so many hours before its ship-by on, an open order is shown as due soon, and as urgent.
    ship_soon_hours = models.PositiveSmallIntegerField(
        default=24, db_default=24, validators=[MaxValueValidator(720)]
    )
    ship_urgent_hours = models.PositiveSmallIntegerField(
        default=4, db_default=4, validators=[MaxValueValidator(720)]
    )
    # So many of our own rejections at once, beyond the cancellation limit, wait for a person; 0: none ever does.
    reject_stop_orders = models.PositiveSmallIntegerField(
        default=10, db_default=10, validators=[MaxValueValidator(1000)]
    )
    cancel_limit_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    notification_email = models.EmailField(blank=True)
    inbox_off = models.JSONField(default=list, blank=True)
    mail_off = models.JSONField(default=list, blank=True)
    digest_hour = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(23)])
    # Empty until a person chose it.
    time_zone = models.CharField(max_length=60, blank=True, default="", validators=[validate_time_zone])

    batch_size = models.PositiveIntegerField(
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
    )
    cron_batch_size = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5000)],
    )
    concurrency = models.PositiveSmallIntegerField(
        default=32,
        validators=[MinValueValidator(1), MaxValueValidator(64)],
    )
    log_days = models.PositiveSmallIntegerField(default=30)
    log_calls = models.PositiveIntegerField(default=500_000, validators=[MinValueValidator(1000)])
    anonymize_days = models.PositiveSmallIntegerField(default=365)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "configuration"
        verbose_name_plural = "configuration"
        permissions = [
            ("validate_account", "Can check the account against Jet"),
            ("switch_mode", "Can switch between test and live keys"),
            ("change_api_address", "Can change the address of Jet's API"),
            ("change_store_address", "Can change the address of the linked store"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_configuration")]

    def __str__(self) -> str:
        return "Configuration"
