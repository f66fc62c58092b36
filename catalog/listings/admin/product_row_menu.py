"""The menu at the end of each row of the products grid: View, Sync with Jet, Validate, Archive."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import action

from catalog.listings.views import products
from jetbridge.panel.admin_base import PanelModelAdmin

# What does something is posted; the panel's script makes a form of such a link.
POST = {"data-jb-post": ""}
# What only shows something opens over the grid.
PEEK = {"data-jb-peek": ""}


class ProductRowMenu(PanelModelAdmin):
    """Each entry leads to the product's own address; those that do something refuse to be merely fetched."""

    actions_row = ("row_view", "row_sync", "row_validate", "row_archive")

    @action(
        description="View on Jet",
        url_path="menu/view",
        permissions=["view_live"],
        icon="visibility",
        attrs=PEEK,
    )
    def row_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("catalog:product_view", object_id)

    @action(description="Sync with Jet", url_path="menu/sync", permissions=["sync"], icon="sync")
    def row_sync(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the page that says what will be sent."""
        return redirect("catalog:product_sync", object_id)

    @action(description="Validate", url_path="menu/validate", permissions=["view"], icon="rule", attrs=POST)
    def row_validate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return products.product_validate(request, pk=int(object_id))

    @action(
        description="Archive", url_path="menu/archive", permissions=["archive"], icon="archive", attrs=POST
    )
    def row_archive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Plan to close the product on Jet, or to open it again where it is closed."""
        return products.product_archive(request, pk=int(object_id))

    def has_view_live_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("catalog.view_live")

    def has_sync_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("catalog.sync")

    def has_archive_permission(self, request: HttpRequest, *_: Any) -> bool:
        return request.user.has_perm("catalog.archive")
