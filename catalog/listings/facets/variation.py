"""The group of a configurable product: what its children differ in, and which they are."""

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef, QuerySet

from catalog.listings.facets import base, contexts, registry, updates
from catalog.listings.facets.contexts import Listed, NotYet, PayloadContext, PayloadError, Target
from catalog.listings.facets.fields import Field
from catalog.listings.facets.payloads import Body
from catalog.listings.jet import products as at_jet
from catalog.listings.jet.documents import SkuDocument
from catalog.listings.models import Listing, ListingFacet
from catalog.listings.models.facets import Word
from catalog.mapping import selectors as mapping
from catalog.products.models import Product
from jetbridge.core.jet.clients import Client
from jetbridge.core.models import Configuration, JetAccount
from jetbridge.core.models.ranges import among


def variation(*, refinements: Sequence[int], children: Sequence[str], title: str) -> Body:
    """Word the group of a configurable product: what its children differ in, and which they are."""
    return {
        "relationship": "Variation",
        "variation_refinements": list(refinements),
        "children_skus": list(children),
        "group_title": title[:500],
    }


@registry.register
class Group(base.Facet):
    """Which SKUs are sold on one page. It waits until Jet has all children of its lot."""

    name, label, order = "variation", "Variation", 60
    path = "/variation"
    file_kind = Word("Variation", "Variation", 4)
    skips_unchanged = True
    switch = "sync_details_on_edit"
    columns = frozenset({"variations"})
    follows_children = True
    fields = (
        Field("relationship", "Group"),
        Field(
            "variation_refinements",
            "Varies by Jet's attributes",
            words=lambda number, names: names.attribute(number),
        ),
        Field("children_skus", "Children", is_set=True),
        Field("group_title", "Title of the group"),
    )

    def part_of(self, products: Collection[Product]) -> Collection[int]:
        """Those with children."""
        return {product.pk for product in products if product.kind == Product.Kind.CONFIGURABLE}

    def is_changed_by(self, columns: Collection[str], config: Configuration) -> bool:
        """Also by what distinguishes the children, which is content as well."""
        own = super().is_changed_by(columns, config)
        return own or ("variation_codes" in columns and self.may_follow_edits(config))

    def held_beside(self, client: Client, document: SkuDocument, account: JetAccount) -> Body:
        """Ask for the group, where the SKU stands for one."""
        found = at_jet.group(client, document.sku) if document.relationship else None
        return {"children_skus": list(found.children), "group_title": found.title} if found else {}

    def read(self, listings: Sequence[Listed], context: PayloadContext) -> None:
        """Read children, how what they differ in is mapped, and which of them Jet has open, under which SKU."""
        contexts.read_groups(context.products.values())
        ids = [child.pk for product in context.products.values() for child in product.children()]
        known = Listing.objects.filter(
            account=context.account, product_id__in=ids, first_sent_at__isnull=False
        )
        rows = known.exclude(status=Listing.Status.ARCHIVED).values_list("product_id", "sku")
        rules, categories = (
            mapping.attribute_mappings(),
            mapping.jet_categories_for(context.products.values()),
        )
        context.own = {pk: rules.at(categories.get(pk)) for pk in context.products}, dict(rows)

    def build(self, listing: Listed, context: PayloadContext) -> Body:
        """Word the children that Jet has."""
        product, (rules_of, on_jet) = context.product_of(listing), context.own
        rules = rules_of[product.pk]
        family = [on_jet[child.pk] for child in product.children() if child.pk in on_jet]
        if not family:
            raise NotYet("Jet has none of the product's children yet.")
        missing = [code for code in product.variation_codes if code not in rules]
        if missing or not product.variation_codes:
            named = ", ".join(missing) or "none is named"
            raise PayloadError(
                f"The attributes that distinguish the children are not mapped to Jet's: {named}."
            )
        refinements = [rules[code].jet_attribute.jet_id for code in product.variation_codes]
        return variation(refinements=refinements, children=family, title=product.name)

    def send(self, client: Client, sku: str, body: Body) -> None:
        """Replace what Jet holds of it."""
        at_jet.put_part(client, sku, self.path, body)

    def still_held(self, found: QuerySet[ListingFacet]) -> QuerySet[ListingFacet]:
        """Leave out groups with a child that Jet lost since: that comes back as a SKU without one."""
        back = Listing.objects.filter(
            account=OuterRef("listing__account"),
            product__variation_of__parent=OuterRef("listing__product"),
            first_sent_at__gt=OuterRef("accepted_at"),
        )
        return super().still_held(found).filter(~Exists(back))

    def sku_opened(self, listings: Sequence[Target]) -> None:
        """A child that Jet has open now belongs into its parent's group; a parent's group follows the parent."""
        ids = [listing.product_id for listing in listings if listing.product_id]
        parents = Product.objects.filter(among("variations__child_id", ids)).values_list("pk", flat=True)
        own = Product.objects.filter(among("pk", ids), kind=Product.Kind.CONFIGURABLE)
        groups = Listing.objects.filter(
            account=listings[0].account,
            product_id__in={*parents, *own.values_list("pk", flat=True)},
            first_sent_at__isnull=False,
        ).exclude(status=Listing.Status.ARCHIVED)
        updates.queue_update(list(groups), self, by="a child reached Jet")
