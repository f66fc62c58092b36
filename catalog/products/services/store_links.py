"""What numbers tie together: products that were renamed or deleted in a linked store, categories that moved there."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from django.db import transaction

from catalog.products.models import Product, ProductLink, StoreCategory, StoreMark
from catalog.products.models.categories import join_names
from catalog.products.models.products import sku_key
from catalog.products.services import categories, products
from jetbridge.core import configuration, history
from jetbridge.core.models import addresses
from jetbridge.store import services as links
from jetbridge.store.documents import ProductPage, SkippedRow, StoreProduct, StoreVocabulary, Words
from jetbridge.store.ports import Store

RENAMED, PARKED = "renamed by the store", "gave its SKU to another product of the store"
# Keys that one question names.
AT_ONCE = 500
# Each costs the store a search for it; a whole reading tries the others.
MOST_UNREAD = 100


# Before any product of any store.
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def mark() -> StoreMark:
    """Return how far the linked store was read; where the address leads to another store, nothing was."""
    found = StoreMark.objects.get_or_create(pk=1)[0]
    origin = addresses.origin_of(links.address(configuration.current()))
    if found.origin != origin:
        forget()
        found.origin, found.pulled_to, found.unread, found.partly_since = origin, None, [], None
        found.save()
    return found


def keep_partly(since: datetime, *, is_partial: bool, is_whole: bool) -> None:
    """Remember since when products were read in part: until all lists can be read, that stays."""
    if is_partial:
        StoreMark.objects.filter(pk=1, partly_since=None).update(partly_since=since)
    elif is_whole:
        StoreMark.objects.filter(pk=1).update(partly_since=None)


class Unread:
    """The products that could not be read, by number: the next reading tries them, whether they changed or not."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._numbers = dict.fromkeys(numbers)

    @property
    def numbers(self) -> list[int]:
        return list(self._numbers)[:MOST_UNREAD]

    def note(self, page: ProductPage) -> None:
        rows = (each for each in page.products if isinstance(each, SkippedRow))
        self._numbers |= {each.number: None for each in rows if each.number}

    def noted(self, pages: Iterable[ProductPage]) -> Iterator[ProductPage]:
        for page in pages:
            self.note(page)
            yield page

    def again(self, store: Store, numbers: Iterable[int]) -> Iterator[ProductPage]:
        """Read those of another time that this one has not met."""
        left = [each for each in numbers if each not in self._numbers]
        if left:
            yield from self.noted([ProductPage(tuple(store.find_products(numbers=left)), 0, None, len(left))])

    def keep(self) -> None:
        StoreMark.objects.filter(pk=1).update(unread=self.numbers)


def follow_skus(found: Iterable[StoreProduct]) -> int:
    """
    Give products that have another SKU in the store that SKU; return how many were renamed.

    The listing of the former SKU is closed on Jet. All that hangs on the product stays with it.
    """
    skus = {each.number: each.sku.strip() for each in found}
    tied = ProductLink.objects.filter(number__in=skus).select_related("product")
    renamed = [
        (link.product, skus[link.number])
        for link in tied
        if sku_key(link.product.sku) != sku_key(skus[link.number])
    ]
    for product, sku in renamed:
        _give(product, sku)
    return len(renamed)


@transaction.atomic
def _give(product: Product, sku: str) -> None:
    for holder in Product.objects.filter(sku_key=sku_key(sku)).exclude(pk=product.pk):
        # In the store a SKU is one product's: whoever had it here has another one there, or is gone.
        _rename(holder, f"{holder.sku[:40]}~{holder.pk}", PARKED)
    product = Product.objects.get(pk=product.pk)
    _rename(product, sku, RENAMED)


def _rename(product: Product, sku: str, how: str) -> None:
    former, product.sku = product.sku, sku
    products.store(product=product, changed={"sku"}, by_store=True)
    history.record(how, product, before={"sku": former}, after={"sku": sku})
    products.finish(product=product, changed={"sku"}, former_sku=former)


def unmet(reading: int) -> list[int]:
    """Return the numbers that a whole reading did not meet."""
    return list(ProductLink.objects.exclude(reading=reading).values_list("number", flat=True))


def remove(numbers: Collection[int]) -> Iterator[str]:
    """Take products out that the store has no more, one transaction each; give their SKUs."""
    for number in numbers:
        with transaction.atomic():
            link = ProductLink.objects.select_related("product").filter(number=number).first()
            if link is None:
                continue
            products.delete(product=link.product)
        yield link.product.sku


def forget() -> int:
    """Untie all products and categories: another store has other numbers, and a link that ended ties nothing."""
    StoreCategory.objects.exclude(store_number=None).update(store_number=None)
    return int(ProductLink.objects.all().delete()[0])


def follow_categories(words: StoreVocabulary, *, whole: bool) -> None:
    """
    Rename and move categories as the store did; a whole reading also takes out those that it has no more.

    Where a part of the list was not read, none is taken out.
    """
    known = {each.store_number: each for each in StoreCategory.objects.exclude(store_number=None)}
    paths = {number: join_names(names) for number, names in words.categories.items()}
    for number in sorted(paths.keys() & known.keys(), key=lambda each: len(words.categories[each])):
        _follow(known[number].pk, words.categories[number])
    if whole and not words.lacks(Words.CATEGORIES):
        for number in known.keys() - paths.keys():
            gone = StoreCategory.objects.filter(pk=known[number].pk).first()
            if gone is not None:  # it may have gone with the one above it
                categories.remove(category=gone, by_store=True)


def _follow(pk: int, names: tuple[str, ...]) -> None:
    category = StoreCategory.objects.get(pk=pk)
    path = join_names(names)
    if category.full_path.lower() == path.lower():
        return
    taken = StoreCategory.objects.filter(full_path__iexact=path).first()
    if taken is not None:
        # Both are here: the products go to the one of that path, and so does the number.
        StoreCategory.objects.filter(pk=pk).update(store_number=None)
        return
    parent = (
        StoreCategory.objects.filter(full_path__iexact=join_names(names[:-1])).first() if names[:-1] else None
    )
    if parent is not None or not names[:-1]:
        categories.change(category=category, name=names[-1], parent=parent, by_store=True)


def number_categories(paths: Mapping[int, tuple[str, ...]]) -> None:
    """Remember the numbers of the categories that are here by their paths."""
    numbers = {join_names(names).lower(): number for number, names in paths.items()}
    taken = set(StoreCategory.objects.exclude(store_number=None).values_list("store_number", flat=True))
    for category in StoreCategory.objects.filter(store_number=None):
        number = numbers.get(category.full_path.lower())
        if number is not None and number not in taken:
            StoreCategory.objects.filter(pk=category.pk).update(store_number=number)
            taken.add(number)
