"""The link to a store elsewhere: its keys, what it said of stock and does not know yet, what goes to it and came."""

from django.db import models
from django.db.models import Q

from jetbridge.core import configuration
from jetbridge.core.models import JetAccount, addresses
from jetbridge.core.models.fields import EncryptedTextField, Unreadable
from jetbridge.outbox.models import PENDING, Answer, Delivery, due_index, refused_index

SECRETS = ("consumer_secret", "token", "token_secret")


class StoreLink(models.Model):
    """The keys of an integration, bound to the address that they were entered for; a disconnect keeps them."""

    consumer_key = models.CharField("consumer key", max_length=200, blank=True)
    consumer_secret = EncryptedTextField("consumer secret", blank=True)
    token = EncryptedTextField("access token", blank=True)
    token_secret = EncryptedTextField("access token secret", blank=True)
    is_bearer = models.BooleanField("send the token as Bearer", default=False)
    # The scheme, host and port that the secrets were entered for: they are sent nowhere else.
    secret_origin = models.CharField(max_length=300, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_passed = models.BooleanField(null=True, editable=False)
    check_message = models.TextField(blank=True, editable=False)
    version = models.CharField(max_length=60, blank=True, editable=False)
    has_msi = models.BooleanField(default=False, editable=False)
    has_module = models.BooleanField(default=False, editable=False)
    # What is wrong with the store right now, in one line, and since when.
    trouble = models.TextField(blank=True, editable=False)
    trouble_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Since when the store keeps the stock, and not the panel; empty while it is kept by files.
    keeps_stock_since = models.DateTimeField(null=True, blank=True, editable=False)
    # Counts readings of stock and reservations that were proved, so that both stand in one order; no clock does.
    stock_number = models.BigIntegerField(default=0, editable=False)
    # The last whole scan (our time), and up to when the store's orders were followed (the store's own time).
    stock_scanned_at = models.DateTimeField(null=True, blank=True, editable=False)
    orders_followed_until = models.DateTimeField(null=True, blank=True, editable=False)
    # The store's keys of the newest shipment and credit memo that were read; empty: those from now on are.
    shipments_read_to = models.BigIntegerField(null=True, blank=True, editable=False)
    credit_memos_read_to = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "store link"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_store_link")]

    def __str__(self) -> str:
        return "Store keys"

    @property
    def is_complete(self) -> bool:
        """Return whether all keys are there that its way of calling needs."""
        needed = ("token",) if self.is_bearer else ("consumer_key", *SECRETS)
        return all(getattr(self, name) for name in needed)

    @property
    def has_unreadable_secret(self) -> bool:
        return any(isinstance(getattr(self, name), Unreadable) for name in SECRETS)

    def belongs_to(self, address: str) -> bool:
        """Return whether the secrets may be sent to this address of a store."""
        origin = addresses.origin_of(address)
        return bool(origin) and self.secret_origin == origin


class StockReading(models.Model):
    """
    What the store said last of one SKU; only a reading with a higher `number`, which began later, replaces it.

    `salable` is the store's own figure, its reservations taken off; empty: it never said one. `sources` is what its
    sources held, as one number that is only compared; empty: the SKU is asked again, whatever they hold.
    """

    sku_key = models.CharField(max_length=64, unique=True)
    sources = models.BigIntegerField(null=True)
    number = models.BigIntegerField(default=0)
    salable = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    is_managed = models.BooleanField(default=True)
    # Since when it says 0 where it may mean more: it is asked again in each run, and after a while the 0 counts.
    doubted_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "stock reading"
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(doubted_at__isnull=False), name="reading_doubtful"
            ),
            models.Index(fields=["read_at"], name="reading_age"),
        ]

    def __str__(self) -> str:
        return self.sku_key


class StockHold(models.Model):
    """
    Units of one line of an order that the store's salable quantity still contains; they are offered to nobody.

    `awaited` are those that the sales channel still waits for. `held` are not in the store at all; `settling` are
    reserved there, by a proof with the number `settled_by`, and held until a reading that began after it is stored;
    `corrected` went in without a reservation: shipment and cancel book them back there, so they stay off for good.
    """

    order = models.CharField(max_length=100)
    line = models.CharField(max_length=100)
    sku = models.CharField("SKU", max_length=64)
    sku_key = models.CharField(max_length=64, db_index=True)
    awaited = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    settling = models.PositiveIntegerField(default=0)
    settled_by = models.BigIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    # The store's key of the order, and how many of its units were cancelled there by now.
    store_order = models.BigIntegerField(null=True)
    cancelled = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "stock hold"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["order", "line"], name="hold_once_per_line")]
        indexes = [
            models.Index(
                fields=["sku_key"],
                condition=models.Q(held__gt=0) | models.Q(settling__gt=0),
                name="hold_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order}, {self.sku}"

    @property
    def off(self) -> int:
        """Units that are taken off the salable quantity until the store knows them."""
        return self.held + self.settling

    def take(self, units: int) -> None:
        """Hold more units: the channel sold them."""
        self.awaited += units
        self.held += units

    def free(self, units: int) -> int:
        """The channel gave units up; return how many of them nobody holds now: in the store, the store decides."""
        self.awaited -= min(units, self.awaited)
        freed = min(units, self.held)
        self.held -= freed
        return freed

    def shipped(self, units: int) -> None:
        """They left; until the store knows of the order, its figure still contains them."""
        self.awaited -= min(units, self.awaited)

    def reserved(self, order: int, number: int) -> None:
        """The store's order reserves all units; `number` counts the proof."""
        self._goes_in(order)
        self.settling, self.held = self.settling + self.held, 0
        self.settled_by = number

    def put_in_unreserved(self, order: int) -> int:
        """The store has the order without a reservation; return the units that are corrected from now on."""
        self._goes_in(order)
        moved, self.held = self.held, 0
        self.corrected += moved
        return moved

    def cancelled_there(self, order: int, units: int) -> int:
        """
        The store cancelled so many units of its order by now; return how many are held again.

        What the channel still waits for is sold all the same. Said again, or of another order, nothing changes.
        """
        if order != self.store_order or units <= self.cancelled:
            return 0
        again = min(units - self.cancelled, max(self.awaited - self.held, 0))
        self.cancelled = units
        self.held += again
        return again

    def settle(self, number: int) -> None:
        """A reading with this number was stored: what was proved before it began is in its figure."""
        if number > self.settled_by:
            self.settling = 0

    def _goes_in(self, order: int) -> None:
        if order != self.store_order:
            self.store_order, self.cancelled = order, 0


# What a document of the store asks for, where it is the store that has to say more.
TRACKING = "tracking"
_ASKS_A_PERSON = Q(answer=Answer.HELD) & (Q(details__asks__isnull=True) | ~Q(details__asks=TRACKING))
# Documents of the store that only a person can settle: what becomes of one, or that it differs.
ASKING = _ASKS_A_PERSON | Q(answer=Answer.ACCEPTED, next_try_at=None) & ~Q(errors=[])
# What goes by itself once something else is so: its errors say what it waits for. No fault of anybody's.
WAITING = PENDING & Q(answer=Answer.NONE) & ~Q(errors=[]) | Q(answer=Answer.HELD, details__asks=TRACKING)


class StoreDocument(Delivery):
    """
    One document of an order that the panel and the store both have, or shall have.

    `source_key` is what it speaks of where it was made: a row of the panel, or the store's key of the document. Of
    one source there is one document, so that what came from the store is never made there again. `order_key` is the
    panel's key of the order, `store_order` the store's.
    """

    class Kind(models.TextChoices):
        """What it is in the store."""

        ORDER = "order", "Order"
        INVOICE = "invoice", "Invoice"
        SHIPMENT = "shipment", "Shipment"
        CREDIT_MEMO = "credit_memo", "Credit memo"
        CANCEL = "cancel", "Cancel"

    class Origin(models.TextChoices):
        """Where it was made."""

        PANEL = "panel", "Panel"
        STORE = "store", "Store"

    link = models.ForeignKey(StoreLink, on_delete=models.PROTECT, related_name="documents")
    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    origin = models.CharField(max_length=5, choices=Origin.choices, default=Origin.PANEL)
    source_key = models.CharField(max_length=100)
    order_key = models.BigIntegerField()
    # What people know it by: the number of the panel's order.
    reference = models.CharField(max_length=60, blank=True)
    # What it says beyond its source: units, tracks, amounts. Never a buyer's words.
    details = models.JSONField(default=dict, blank=True)
    # What an unfinished way of several steps must know to go on, whoever does: a cart, a moment.
    progress = models.JSONField(default=dict, blank=True)
    # Which of the ways D, C, A made the order; empty for other kinds.
    way = models.CharField(max_length=1, blank=True)
    # The store that has it, by its address then, its order's key there, its own key and the number that people see.
    store = models.CharField(max_length=300, blank=True)
    store_order = models.BigIntegerField(null=True, blank=True)
    store_id = models.BigIntegerField(null=True, blank=True)
    store_number = models.CharField(max_length=50, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "store document"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["link", "kind", "source_key"], name="one_document_per_source")
        ]
        indexes = [
            due_index("account", name="storedoc_due"),
            refused_index("storedoc_refused"),
            models.Index(fields=["account", "order_key", "kind"], name="storedoc_order"),
            models.Index(fields=["store_order"], name="storedoc_there"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.reference or self.order_key}"

    @property
    def admin_url(self) -> str:
        """The address of its page in the store's admin; a cancel is its order. Empty while the store has none."""
        kind = "order" if self.kind == self.Kind.CANCEL else self.kind.replace("_", "")
        number = self.store_order if kind == "order" else self.store_id
        if not self.store or number is None:
            return ""
        path = configuration.current().store_admin_path.strip("/")
        return f"{self.store}/{path}/sales/{kind}/view/{kind}_id/{number}/"

    @property
    def is_given_up(self) -> bool:
        """Return whether it was never sent and never will be, such as an order that ended before."""
        return self.answer == Answer.NONE and self.next_try_at is None

    @property
    def is_made(self) -> bool:
        """Return whether the store took the document, which then is not made there again."""
        return self.answer == Answer.ACCEPTED


class StoreCarrier(models.Model):
    """What Jet calls a carrier that the store knows by a code and a title; without a title, all of the code."""

    code = models.CharField(max_length=50)
    title = models.CharField(max_length=100, blank=True)
    carrier = models.CharField(max_length=60)
    method = models.CharField("shipping method", max_length=60, blank=True)

    class Meta:
        verbose_name = "carrier of the store"
        ordering = ["code", "title"]
        constraints = [models.UniqueConstraint(fields=["code", "title"], name="carrier_chosen_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()
