"""`manage.py export_products FILE`: products as CSV, XLSX or JSON, as the grid's Export gives them."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.http import QueryDict

from catalog.listings.grid import filters as product_filters
from catalog.listings.views.mass_actions import PAGES
from catalog.mapping.product_exports import FORMATS, ProductResource
from jetbridge.core import configuration
from jetbridge.core.management import files
from jetbridge.core.management.base import PanelCommand
from jetbridge.core.management.faults import Usage
from jetbridge.core.texts import counted


class Command(PanelCommand):
    """The Export button above the products; the CSV comes back by `import_products`."""

    help = "Write products to a file, all of them or those that the grid's filters leave."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="ends with .csv, .xlsx or .json")
        parser.add_argument(
            "--where", default="", metavar="QUERY", help="what the grid's address says: stage=sent&q=mug"
        )

    def handle(self, *args: Any, file: Path, where: str, **options: Any) -> None:
        formats = {f".{each().get_extension()}": each() for each in FORMATS}
        if file.suffix.lower() not in formats:
            raise Usage(f"The file's name ends with {', '.join(formats)}.")
        filters = PAGES.filters_of(QueryDict(where))
        if where and not filters:
            raise Usage(f"No filter of the grid stands in “{where}”.")
        products = product_filters.matching(filters, configuration.active_account())
        data = ProductResource().export(products.order_by("-pk"))
        content = formats[file.suffix.lower()].export_data(data)
        with files.written(file) as target:
            target.write(content if isinstance(content, bytes) else content.encode())
        count = len(data["sku"]) - sum(map(bool, data["store_view_code"]))
        self.finish({"file": str(file), "products": count}, f"{counted(count, 'product')} written to {file}.")
