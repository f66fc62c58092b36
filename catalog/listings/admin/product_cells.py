"""Cells of the products grid."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.listings.grid.grid_rows import Row
from catalog.listings.models import Listing
from catalog.listings.texts.statuses import status_chip
from catalog.mapping.fields.error_texts import plain_error
from catalog.products.models import Product
from catalog.rules.result_chips import SEVERITY_TONES, Severity, result_chip
from jetbridge.core import pictures
from jetbridge.core.texts import counted
from jetbridge.panel.display import Tone, ago, chip

STOPPED = (
    '<a class="jb-line jb-refused" href="{}" title="Jet refused it three times alike, so it is not sent by itself '
    'any more. Fix it, then choose Retry blocked products.">Stopped after 3 refusals</a>'
)


NAME = (
    '<a class="jb-name" href="{0}">{1}</a>'
    '<button type="button" class="jb-copied-sku" data-jb-copy="{2}" title="Copy">{2}</button> {3}{4}'
)
FOUND = '<a class="jb-fault jb-line jb-{0}" href="{1}" title="{2}"><b>{3}</b>{4}</a>'
ADVICE = '<a class="jb-fault jb-fault-count jb-{0}" href="{1}" title="{2}" aria-label="{2}">{3}</a>'


def row_of(product: Product) -> Row:
    """Return what the grid read beside the product."""
    row: Row = product.__dict__["row"]
    return row


def image_tile(url: str) -> SafeString:
    """Return an image; a placeholder where it is missing, and from the panel's script where it does not load."""
    if not url.lower().startswith(("http://", "https://")):
        return SafeString('<span class="jb-thumb"></span>')
    pictures.allow(url)
    return format_html(
        '<img class="jb-thumb" src="{}" alt="" loading="lazy" width="40" height="40" referrerpolicy="no-referrer">',
        url,
    )


def name(product: Product) -> SafeString:
    """Return the name over the SKU, the type and what keeps the product off sale in the store."""
    row = row_of(product)
    words = [str(product.get_kind_display())]
    if row.children:
        words = [counted(row.children, "product")]
    words += ["Demo"] if product.is_demo else []
    marks = [] if product.enabled else [chip("Disabled", "dark")]
    marks += [chip("Kept off Jet", "dark")] if product.excluded else []
    return format_html(NAME, row.url, product.name, product.sku, ", ".join(words), SafeString("".join(marks)))


def store_state(product: Product) -> SafeString:
    """Return whether the store sells it, and whether it is kept off Jet."""
    state = chip("Enabled", "green") if product.enabled else chip("Disabled", "dark")
    return format_html("{} {}", state, chip("Kept off Jet", "dark")) if product.excluded else state


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
    """Return how many problems there are, the worst in words, advice as an icon; and Jet's last refusal."""
    row = row_of(product)
    parts = [_found(product, row)]
    if row.listing and row.listing.last_error:
        words = plain_error(row.listing.last_error)
        parts.append(
            format_html('<a class="jb-line jb-refused" href="{0}" title="{1}">{1}</a>', row.url, words)
        )
    return SafeString("".join(parts))


def _found(product: Product, row: Row) -> SafeString:
    result = getattr(product, "validation", None)
    if not row.worst_problem or result is None or result.stale_since is not None:
        return result_chip(result)
    total = result.blocks + result.not_live + result.advice
    tone = SEVERITY_TONES.get(result.worst, "grey")
    found = FOUND if result.worst != Severity.ADVICE else ADVICE
    label = f"{counted(total, 'problem')}: {row.worst_problem}"
    return format_html(found, tone, row.url, label, total, row.worst_problem)
