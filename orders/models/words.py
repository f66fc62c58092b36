"""The words by which an order is searched: copies of what its buyer, address and lines say, one row a word."""

from collections.abc import Collection, Iterable

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from jetbridge.core.models import JetAccount
from jetbridge.core.models.bulk_sql import insert
from orders import words
from orders.models.orders import Order

CHUNK = 500
# Orders that one import may have left without their words when its worker died.
LATEST = 2_000


class OrderWord(models.Model):
    """An order is found by a word; they go with its buyer, and are made anew where its address changes."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="words", db_index=False)
    # The order's own, so that a word is found within an account by one index.
    account = models.ForeignKey(JetAccount, on_delete=models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=words.LONGEST)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["order", "word"], name="word_once_per_order")]
        indexes = [models.Index(fields=["account", "word", "order"], name="order_by_word")]

    def __str__(self) -> str:
        return self.word


def begins(word: str) -> Q:
    """Match the words that begin so, as a range that both databases read from the index."""
    return Q(word__gte=word, word__lt=word + words.LAST)


def keep_words(keys: Iterable[int]) -> None:
    """Bring the stored words of orders in line with what the orders say."""
    listed = sorted(keys)
    for start in range(0, len(listed), CHUNK):
        with transaction.atomic():
            _keep(listed[start : start + CHUNK])


def _keep(keys: Collection[int]) -> None:
    # Whoever forgets a buyer at this moment holds the order's row, and is waited for.
    orders = Order.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    orders = orders.defer("document").select_related("customer")
    expected = {
        (order.pk, order.account_id, word)
        for order in orders.prefetch_related("items")
        for word in words.of(order)
    }
    rows = OrderWord.objects.filter(order__in=keys).values_list("order_id", "account_id", "word", "pk")
    held = {(order, account, word): pk for order, account, word, pk in rows}
    if gone := [pk for key, pk in held.items() if key not in expected]:
        OrderWord.objects.filter(pk__in=gone).delete()
    insert(
        OrderWord, ("order_id", "account_id", "word"), sorted(expected - held.keys()), ignore_conflicts=True
    )


def keep_new_words(account: JetAccount) -> None:
    """Write the words of the latest orders that have none yet: of an import, also of one that died on its way."""
    own = OrderWord.objects.filter(order=OuterRef("pk"))
    latest = Order.objects.filter(account=account).order_by("-pk").values_list("pk", flat=True)[:LATEST]
    keep_words(list(Order.objects.filter(~Exists(own), pk__in=list(latest)).values_list("pk", flat=True)))
