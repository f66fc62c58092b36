"""Addresses of orders pages. The order page stands at the admin's own address of an order."""

from django.urls import path

from orders.views import (
    documents,
    erasures,
    failed,
    fetches,
    mass_actions,
    order,
    papers,
    rejections,
    shipments,
    tracking_files,
    worklists,
)

app_name = "orders"
urlpatterns = [
    path("fetch/", fetches.fetch, name="fetch"),
    path("fetch/choose/", fetches.choose, name="choose_fetch"),
    path("fetch/<int:pk>/", fetches.chosen, name="chosen"),
    path("fetched/", fetches.fetched, name="fetched"),
    path("order/<int:pk>/change/", order.order, name="order"),
    path("order/<int:pk>/ship/", shipments.ship, name="ship"),
    path("order/<int:pk>/confirm-cancel/", shipments.confirm_cancel, name="confirm_cancel"),
    path("order/<int:pk>/note/", order.note, name="note"),
    path("order/<int:pk>/acknowledge/", order.acknowledge, name="acknowledge"),
    path("order/<int:pk>/reject/", rejections.reject, name="reject"),
    path("order/<int:pk>/forget/", erasures.forget, name="forget"),
    path("order/<int:pk>/retry/", order.retry, name="retry"),
    path("order/<int:pk>/sync/", order.sync, name="sync"),
    path("order/<int:pk>/choose/<int:item_pk>/", failed.choose, name="choose"),
    path("order/<int:pk>/packing-slip/<int:sequence>/", documents.packing_slip, name="packing_slip"),
    path("invoice/<int:pk>/", documents.invoice, name="invoice"),
    path("work/", worklists.work, name="work"),
    path("work/<int:pk>/ship/", worklists.ship, name="work_ship"),
    path("work/<int:pk>/undo/", worklists.undo, name="work_undo"),
    path("parcels/", tracking_files.upload, name="parcels"),
    path("parcels/<int:pk>/bad-rows/", tracking_files.bad_rows, name="bad_rows"),
    path("export/", papers.export, name="export"),
    path("packing-slips/", papers.packing_slips, name="packing_slips"),
    *mass_actions.PAGES.urls(),
    path("failed/<int:pk>/retry/", failed.retry, name="retry_failed"),
    path("failed/<int:pk>/cancel/", failed.cancel, name="cancel_failed"),
    path("failed/update-status/", failed.update_status, name="update_status"),
    path("failed/updated/", failed.updated, name="updated"),
    path("failed/restock/", failed.restock, name="restock"),
    path("failed/stop-rejecting/", failed.stop_rejecting, name="stop_rejecting"),
    path("failed/rejecting/", failed.let_reject, name="let_reject"),
]
