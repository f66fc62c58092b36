"""The return exception."""

from collections.abc import Iterable

from catalog.listings.facets import registry
from catalog.listings.facets.contexts import Listed, PayloadContext
from catalog.listings.facets.exceptions import ProductException
from catalog.listings.facets.fields import Field
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.models.facets import Word
from catalog.products.values import is_empty
from catalog.rules.models import ReturnException
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import JetAccount


@registry.register
class Returns(ProductException):
    """How a product is returned other than the rest."""

    name, label, order = "returns", "Return exception", 80
    path = "/returnsexception"
    file_kind = Word("ReturnsException", "Return exceptions", 5)
    rows = ReturnException
    columns = frozenset({"return_exceptions"})
    tab = "return_exceptions"
    fields = (
        Field("time_to_return", "Days to return"),
        Field("return_location_ids", "Return locations", is_set=True),
        Field("return_shipping_methods", "Return methods", is_set=True),
    )

    def ask(self, client: Client, sku: str, account: JetAccount) -> Body:
        found = at_jet.return_exception(client, sku)
        return dict(found) if found is not None else {}

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word the rows as the one exception that Jet keeps, or that there is none."""
        rows = ReturnException.objects.filter(product=context.product_of(listing)).order_by("pk")
        return return_exception(rows) or no_return_exception()


def return_exception(rows: Iterable[ReturnException]) -> Body:
    """
    Word the return exceptions as the one that Jet keeps for a SKU: only what is filled in.

    Locations and methods of all rows come together; the first row that names days decides them.
    """
    rows = list(rows)
    days = (row.time_to_return for row in rows if row.time_to_return is not None)
    parts: Body = {
        "time_to_return": next(days, None),
        "return_location_ids": _together(row.return_location_ids for row in rows),
        "return_shipping_methods": _together(row.return_shipping_methods for row in rows),
    }
    return {name: value for name, value in parts.items() if not is_empty(value)}


def _together(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(each for entries in lists for each in entries))


def no_return_exception() -> Body:
    """
    Word that a product is returned like all others.

    Jet knows no call that takes an exception away. A message replaces the whole of it, so one that names neither
    place nor method nor days leaves nothing of it in force.
    """
    return {"return_location_ids": [], "return_shipping_methods": []}
