"""Gives identifiers the zeros back that they lost in front, and takes them away again."""

from collections.abc import Iterable, Iterator

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from catalog.mapping.fields.sources import resolve, store_text
from catalog.products.identifiers import CODE_LENGTHS
from catalog.products.models import Product
from catalog.products.values import bare_code, with_lost_zeros
from catalog.rules.models import Problem
from catalog.rules.services import quick_edits
from jetbridge.core import configuration, history
from jetbridge.core.models import Event

RESTORED, TAKEN_BACK = "zeros restored", "restored zeros taken back"
CODES = tuple(f"{kind}.lost_zeros" for kind in CODE_LENGTHS)


def lost() -> Exists:
    """Match products of which validation says that zeros were lost."""
    return Exists(Problem.objects.filter(product=OuterRef("pk"), code__in=CODES))


def restored() -> Exists:
    """Match products that got zeros back once."""
    theirs = Event.objects.filter(kind=Product._meta.label_lower, action=RESTORED)
    return Exists(theirs.filter(object_id=Cast(OuterRef("pk"), CharField())))


def changes(product: Product) -> dict[str, tuple[str, str]]:
    """Return what each identifier is and would be with its zeros; empty where none was lost."""
    config = configuration.current()
    resolved = resolve(product, config, text=store_text(product, config))
    found = {kind: bare_code(resolved[kind].value).upper() for kind in CODE_LENGTHS if kind in resolved}
    lacking = {kind: (code, with_lost_zeros(kind, code)) for kind, code in found.items()}
    return {kind: pair for kind, pair in lacking.items() if pair[1]}


def preview(products: Iterable[Product]) -> Iterator[dict[str, str]]:
    """Word the changes of some products: what stands there now, and what will."""
    for product in products:
        for kind, (now, then) in changes(product).items():
            yield {"sku": product.sku, "kind": kind, "now": now, "then": then}


def restore(product_id: int) -> bool:
    """
    Store the identifiers with their zeros on the product itself, where no later file takes them away.

    Return whether there was something to restore. In the caller's transaction.

    :raises NotWritten: the value changed meanwhile
    """
    product = Product.objects.prefetch_related("texts").get(pk=product_id)
    lacking = {kind: then for kind, (_, then) in changes(product).items()}
    before = {kind: product.jet_fields.get(kind) for kind in lacking}
    for kind, value in lacking.items():
        quick_edits.write(
            product_id=product_id, name=kind, value=value, seen=quick_edits.token(product, kind)
        )
    if lacking:
        history.record(RESTORED, product, before=before, after=lacking)
    return bool(lacking)


def take_back(product_id: int) -> bool:
    """
    Undo the last restoring of a product; return whether there was one. In the caller's transaction.

    :raises NotWritten: what was restored has been changed since
    """
    product = Product.objects.get(pk=product_id)
    last = history.timeline(product).filter(action=RESTORED).first()
    if last is None:
        return False
    before, after = last.before or {}, last.after or {}
    for kind, value in after.items():
        if product.jet_fields.get(kind) != value:
            raise quick_edits.NotWritten(
                f"{kind} is not {value} any more: it was changed since, and is left."
            )
        seen = quick_edits.token(product, kind)
        quick_edits.write(product_id=product_id, name=kind, value=before.get(kind), seen=seen)
    history.record(TAKEN_BACK, product, before=after, after=before)
    return True
