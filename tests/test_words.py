"""The panel's lists of Jet's words and the sandbox's: two readings, each held against the document by itself."""

import csv
import json
from collections.abc import Collection

import pytest
from django.conf import settings

from catalog.mapping.fields import vocabularies
from catalog.products.identifiers import CODE_LENGTHS
from catalog.rules.models.exceptions import ShippingException
from jetapi.sandbox import words
from jetapi.sandbox.rules import listings
from jetapi.types import files, order_messages, orders, products
from jetapi.types import returns as return_types
from jetbridge.core import texts
from returns import refund_reasons
from returns.models import ReturnItem, ReturnRequest
from tests import jet_document

LISTS = jet_document.lists()
# What stands in the first column of the document, and what we make of it.
PANEL: dict[str, Collection[str]] = {
    "standard_product_code_type": CODE_LENGTHS,
    "map_implementation": vocabularies.MAP_RULES,
    "status of a SKU": list(products.ProductStatus),
    "cpsia_cautionary_statements": vocabularies.CPSIA,
    "product_tax_code + product_tax_code, taxonomy": vocabularies.TAX_CODES,
    "service_level": vocabularies.SERVICE_LEVELS,
    "shipping_method": vocabularies.SHIPPING_METHODS,
    "shipping_exception_type + shipping_exception_type, older": ShippingException.Kind.values,
    "override_type": ShippingException.Override.values,
    "return_shipping_methods": vocabularies.RETURN_METHODS,
    "file_type": list(files.FileType),
    "status of a file": list(files.FileStatus),
    "status of an order": list(orders.OrderStatus),
    "acknowledgement_status": list(order_messages.AcknowledgementStatus),
    "order_item_acknowledgement_status": list(order_messages.ItemAcknowledgementStatus),
    "status of a return": list(return_types.ReturnStatus),
    "return_charge_feedback": ReturnRequest.ChargeFeedback.values,
    "return_refund_feedback": ReturnItem.Feedback.values,
    "refund_reason": refund_reasons.REASONS,
    "refund_feedback": refund_reasons.FEEDBACK,
}
SANDBOX: dict[str, Collection[str]] = {
    "standard_product_code_type": words.CODE_LENGTHS,
    "map_implementation": listings.MAP_RULES,
    "status of a SKU + status of a SKU, older": words.PRODUCT_STATUSES,
    "cpsia_cautionary_statements": words.CPSIA,
    "product_tax_code + product_tax_code, taxonomy": words.TAX_CODES,
    "service_level": words.SERVICE_LEVELS,
    "shipping_method": words.SHIPPING_METHODS,
    "return_shipping_methods": words.RETURN_METHODS,
    "file_type": words.FILE_TYPES,
    "status of an order": words.ORDER_STATUSES,
    "acknowledgement_status": words.ACKNOWLEDGEMENTS,
    "order_item_acknowledgement_status + order_item_acknowledgement_status, older": words.ITEM_ACKNOWLEDGEMENTS,
    "status of a return + status of a return, older": words.RETURN_STATUSES,
    "reason of a return": words.RETURN_REASONS,
    "return_charge_feedback": words.CHARGE_FEEDBACK,
    "return_refund_feedback + return_refund_feedback, older": words.RETURN_FEEDBACK,
    "refund_reason + refund_reason, older": words.REFUND_REASONS,
    "refund_feedback + return_refund_feedback + return_refund_feedback, older": words.REFUND_FEEDBACK,
}
# The same lists as another client of Jet's kept them; older words and the taxonomy's tax codes are not among them.
OTHER_CLIENT: dict[str, Collection[str]] = {
    "AckStatus": words.ACKNOWLEDGEMENTS,
    "BulkUploadFileType": words.FILE_TYPES,
    "CPSIA": words.CPSIA,
    "ChargeFeedback": words.CHARGE_FEEDBACK,
    "CreatedRefundReason": words.REFUND_REASONS,
    "ItemAckStatus": words.ITEM_ACKNOWLEDGEMENTS,
    "MAPType": listings.MAP_RULES,
    "MRefundFeedback": words.REFUND_FEEDBACK,
    "OrderStatus": words.ORDER_STATUSES,
    "ProductCodeType": words.CODE_LENGTHS,
    "ProductStatus": words.PRODUCT_STATUSES,
    "ProductTaxCode": words.TAX_CODES,
    "RefundFeedback": words.RETURN_FEEDBACK,
    "RefundReason": words.REFUND_REASONS,
    "ReturnReason": words.RETURN_REASONS,
    "ReturnStatus": words.RETURN_STATUSES,
    "ShippingMethod": words.SHIPPING_METHODS,
    "ShippingServiceLevel": words.SERVICE_LEVELS,
}
# Its own, not Jet's: an upload of shipments; an ASIN is a field of the listing.
ITS_OWN = {"shipments", "asin"}


def documented(names: str) -> set[str]:
    return {texts.squeezed(word) for name in names.split(" + ") for word in LISTS[name]}


def squeezed(words: Collection[str]) -> set[str]:
    return {texts.squeezed(word) for word in words}


@pytest.mark.parametrize("names", PANEL)
def test_the_panel_says_what_the_document_says(names: str):
    exact = {word for name in names.split(" + ") for word in LISTS[name]}

    assert set(PANEL[names]) == exact


@pytest.mark.parametrize("names", SANDBOX)
def test_the_sandbox_takes_what_the_document_says(names: str):
    assert squeezed(SANDBOX[names]) == documented(names)


def test_every_list_of_the_document_is_read_by_somebody():
    read = {name for names in (*PANEL, *SANDBOX) for name in names.split(" + ")}

    # What Jet finds missing and how orders and refunds end is held against the error book.
    assert LISTS.keys() - read == {"sub_status", "exception_state", "status of a refund"}


@pytest.mark.parametrize("name", OTHER_CLIENT)
def test_the_sandbox_takes_every_word_that_another_client_had(name: str):
    lists = json.loads(sample("jet_api_samples", "fields_and_enums.json"))["enums"]
    theirs = squeezed(lists[name]) - {""} - ITS_OWN

    assert theirs
    assert theirs - squeezed(OTHER_CLIENT[name]) == set()


def test_every_tax_code_of_the_taxonomy_is_known_to_both():
    rows = csv.DictReader(sample("jet_taxonomy", "Jet_Taxonomy.csv").splitlines())
    suggested = squeezed({row["JetTaxCode"] for row in rows}) - {"", "null"}

    assert suggested - squeezed(vocabularies.TAX_CODES) == set()
    assert suggested - squeezed(words.TAX_CODES) == set()


def sample(*parts: str) -> str:
    path = settings.JETBRIDGE_SAMPLES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the real inputs are not here ({path}); JETBRIDGE_SAMPLES names their place")
    return path.read_text(encoding="latin-1")
