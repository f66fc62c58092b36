"""
All facets. Each registers itself where it is defined.

Nobody names one: who needs some asks for those that can do a thing (`that`), for all (`facets`), or for the one that
a row names (`named`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from catalog.listings.facets.base import Answer, Facet, FacetDelivery
from catalog.listings.facets.contexts import Target
from catalog.listings.facets.fields import Field
from catalog.listings.facets.payloads import Body, plain
from catalog.listings.models import Drift, ListingFacet
from catalog.listings.models.facets import FACETS, FIGURES, FILE_KINDS, Word

T = TypeVar("T", bound=type[Facet])
_facets: dict[str, Facet] = {}


def register(kind: T) -> T:
    """
    Make a facet known to all that send, compare and show facets; a decorator of its class.

    :raises ValueError: another facet has this name
    """
    facet = kind()
    if facet in _facets:
        raise ValueError(f"Two facets are called {facet}.")
    FACETS.register(_word(facet))
    if facet.file_kind is not None:
        FILE_KINDS.register(facet.file_kind)
    if facet.figure is not None:
        FIGURES.register(facet.figure)
    ListingFacet._meta.indexes = [*ListingFacet._meta.indexes, *facet.indexes]
    _facets[facet.name] = facet
    fields.cache_clear()
    return kind


def _word(facet: Facet) -> Word:
    # On screens the closing stands behind what is sent of an open SKU.
    return Word(facet.name, facet.label, facet.order + 1000 * facet.closes_sku)


def forget(kind: type[Facet]) -> None:
    """Take a facet back that was registered for a while; words that others share stay."""
    gone = _facets.pop(kind.name)
    fields.cache_clear()
    ListingFacet._meta.indexes = [each for each in ListingFacet._meta.indexes if each not in gone.indexes]
    FACETS.forget(_word(gone))
    left = facets()
    if gone.file_kind is not None and gone.file_kind not in [each.file_kind for each in left]:
        FILE_KINDS.forget(gone.file_kind)
    if gone.figure is not None and gone.figure not in [each.figure for each in left]:
        FIGURES.forget(gone.figure)


def facets() -> list[Facet]:
    """Return all facets in the order of sending."""
    return sorted(_facets.values(), key=lambda facet: facet.order)


@cache
def fields() -> dict[str, Field]:
    """Return the fields of all facets by name, in the order in which a merchant looks for them."""
    found = sorted((each for facet in facets() for each in facet.fields), key=lambda each: each.rank)
    return {each.name: each for each in found}


def creating() -> list[Facet]:
    """Return what makes a SKU known to Jet."""
    return that(lambda facet: facet.creates_sku)


def closing() -> list[Facet]:
    """Return what opens and closes a SKU."""
    return that(lambda facet: facet.closes_sku)


def offers() -> list[Facet]:
    """Return what is sold for how much."""
    return that(lambda facet: facet.is_offer)


def that(can: Callable[[Facet], Any]) -> list[Facet]:
    """Return the facets that can do a thing, in the order of sending."""
    return [facet for facet in facets() if can(facet)]


def named(name: str) -> Facet:
    """
    Return the facet that a row names.

    :raises KeyError: there is none of this name
    """
    return _facets[name]


def note_opened(listings: Sequence[Target]) -> None:
    """Have all facets follow SKUs that are open at Jet now."""
    if listings:
        for facet in facets():
            facet.sku_opened(listings)


def is_repeat(row: FacetDelivery, body: Body, known: Mapping[int, Any]) -> bool:
    """Return whether a delivery would say again what Jet took; known is what `unchanged` found."""
    return row.pk in known and plain(body) == known[row.pk]


def sent_by(job: str) -> list[Facet]:
    """Return the facets that a job sends."""
    return that(lambda facet: facet.job == job)


def of_file(kind: str) -> Facet:
    """
    Return the facet that files of a kind carry.

    :raises LookupError: there is none
    """
    for facet in facets():
        if facet.file_kind is not None and facet.file_kind.name == kind:
            return facet
    raise LookupError(f"No facet goes by files of the kind {kind}.")


def settle_drift(facet: Facet, answers: Sequence[Answer]) -> None:
    """Take off the drift report what was answered just now."""
    if facet.figure is not None:
        Drift.objects.settle([answer.row.listing_id for answer in answers], facet.figure.name)
