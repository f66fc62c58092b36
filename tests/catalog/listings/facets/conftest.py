"""A Jet that knows one thing more than Jet did, and a facet that tells it."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.listings.facets import registry
from jetapi.sandbox import Sandbox, routes
from jetapi.sandbox.kit.wire import Answer
from jetapi.sandbox.router import Route
from jetapi.sandbox.rules import file_rows, files, skus
from tests.catalog.listings.facets.warranty import Warranty
from tests.sandboxes import ServedSandbox


def _keep(world: Any, account: str, sku: str, raw: Any) -> None:
    doc = skus.load(world, account, sku)
    doc["content"] |= {"warranty_months": raw["warranty_months"]}
    skus.save(world, account, doc)


def _put(call: Any) -> Answer:
    _keep(call.world, call.mode, call.params["sku"], call.json())
    return Answer(204)


@pytest.fixture(scope="module")
def served_sandbox() -> Iterator[ServedSandbox]:
    """Serve a sandbox that takes warranties by call and by file."""
    with pytest.MonkeyPatch.context() as patch:
        route = Route("PUT", f"{routes.SKU}/warranty", _put)
        patch.setattr(routes, "ROUTES", (*routes.ROUTES, route))
        patch.setitem(file_rows.ROWS, "WarrantyOfTheMaker", _keep)
        patch.setattr(files, "FILE_TYPES", (*files.FILE_TYPES, "WarrantyOfTheMaker"))
        box = Sandbox(state=":memory:")
        with box.serve(port=0) as url:
            yield ServedSandbox(box, url)


@pytest.fixture
def warranty() -> Iterator[Any]:
    """The facet, known for the time of one test."""
    registry.register(Warranty)
    yield registry.named(Warranty.name)
    registry.forget(Warranty)
