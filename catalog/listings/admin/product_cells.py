"""Cells of the products grid."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.listings.grid.grid_rows import Row, value_cell
from catalog.listings.models import Listing
from catalog.listings.texts.statuses import status_chip
from catalog.mapping.fields.error_texts import plain_error
from catalog.products.models import Product
from catalog.rules.result_chips import result_chip
from jetbridge.core import pictures
from jetbridge.panel.display import NOTHING, Tone, ago, chip, sku_code, why

STOPPED = (
    '<a class="jb-line jb-refused" href="{}" title="Jet refused it three times alike, so it is not sent by itself '
    'any more. Fix it, then choose Retry blocked products.">Stopped after 3 refusals</a>'
)


def row_of(product: Product) -> Row:
    """Return what the grid read beside the product."""
    row: Row = product.__dict__["row"]
    return row


def thumbnail(product: Product) -> SafeString:
    return image_tile(row_of(product).image_url)


def image_tile(url: str) -> SafeString:
    """Return an image over a placeholder, which shows where the image is missing or does not load."""
    if not url.lower().startswith(("http://", "https://")):
        return SafeString('<span class="jb-thumb"></span>')
    pictures.allow(url)
    image = '<img src="{}" alt="" loading="lazy" width="40" height="40" referrerpolicy="no-referrer">'
    return format_html('<span class="jb-thumb">{}</span>', format_html(image, url))


def sku(product: Product) -> SafeString:
    """Return the SKU over the product's type."""
    kind = product.get_kind_display()
    return format_html('{}<span class="jb-line jb-faint">{}</span>', sku_code(product.sku), kind)


def name(product: Product) -> SafeString:
    """Return the name in at most two lines, and what keeps the product off sale in the store."""
    marks = [chip("Demo", "grey")] if product.is_demo else []
    if not product.enabled:
        marks.append(chip("Disabled", "dark"))
    if product.excluded:
        marks.append(chip("Kept off Jet", "dark"))
    title = format_html('<span class="jb-two-lines jb-name">{}</span>', product.name)
    return format_html("{}{}", title, SafeString("".join(marks))) if marks else title


def store_state(product: Product) -> SafeString:
    """Return whether the store sells it, and whether it is kept off Jet."""
    state = chip("Enabled", "green") if product.enabled else chip("Disabled", "dark")
    return format_html("{} {}", state, chip("Kept off Jet", "dark")) if product.excluded else state


def prices(product: Product) -> SafeString:
    return value_cell(product, row_of(product), "price")


def quantities(product: Product) -> SafeString:
    """Return what the store can still sell over what Jet believes."""
    return value_cell(product, row_of(product), "quantity")


def jet_status(product: Product) -> SafeString:
    """Return Jet's word, its reasons, and whether something is still to be sent."""
    row = row_of(product)
    group = product.kind == Product.Kind.CONFIGURABLE and row.listing and row.listing.first_sent_at
    parts = [_group_chip(row) if group else status_chip(row.listing)]
    if row.listing and row.listing.sub_statuses and not group:
        words = ", ".join(map(str, row.listing.sub_statuses))
        parts.append(format_html('<span class="jb-line" title="{0}">{0}</span>', words))
    parts += [] if group else _review(product, row)
    if row.is_stopped:
        parts.append(format_html(STOPPED, reverse("admin:catalog_product_change", args=[product.pk])))
    if row.is_waiting:
        parts.append(SafeString('<span class="jb-line">Being sent</span>'))
    return SafeString("".join(parts))


def _group_chip(row: Row) -> SafeString:
    """Say how a group stands by its children: Jet's own word for it stands on its jet.com tab."""
    tone: Tone = "grey" if not row.live else "green" if row.live == row.children else "amber"
    return chip(f"{row.live} of {row.children} live", tone)


def _review(product: Product, row: Row) -> list[SafeString]:
    """Say how long Jet has been reviewing a product, or why it does not begin."""
    if row.listing is None or row.listing.status != Listing.Status.UNDER_REVIEW:
        return []
    if product.manage_stock and not product.available:
        hint = "Jet reviews nothing that has no stock; give it a quantity and sync it."
        return [
            format_html('<span class="jb-line jb-refused" title="{}">No stock: not reviewed</span>', hint)
        ]
    if row.listing.first_sent_at is None:
        return []
    return [format_html('<span class="jb-line jb-faint">sent {}</span>', ago(row.listing.first_sent_at))]


def problems(product: Product) -> SafeString:
    """Return how many problems there are and the worst of them, leading to all."""
    row = row_of(product)
    result = getattr(product, "validation", None)
    found = result_chip(result)
    if not row.worst_problem:
        return found
    url = reverse("admin:catalog_product_change", args=[product.pk])
    line = '<a class="jb-link jb-line" href="{}" title="{}">{}</a>'
    return format_html(
        "{} {}{}", found, why(row.worst_code), format_html(line, url, row.worst_problem, row.worst_problem)
    )


def last_sent(product: Product) -> SafeString:
    """Return when something was sent last, and Jet's last refusal in one line."""
    row = row_of(product)
    listing = row.listing
    if listing is None:
        return NOTHING
    if not listing.last_error:
        return ago(row.last_sent_at)
    url = reverse("admin:catalog_product_change", args=[product.pk])
    words = plain_error(listing.last_error)
    error = format_html('<a class="jb-line jb-refused" href="{0}" title="{1}">{1}</a>', url, words)
    return format_html("{} {}{}", ago(row.last_sent_at), why(listing.last_error, "400"), error)
