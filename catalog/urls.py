"""Addresses of catalog pages that are not the admin's own."""

from django.urls import path

from catalog.listings.views import (
    drifts,
    exceptions,
    mass_actions,
    price_reviews,
    products,
    quick_edits,
    rejected_files,
    vanished,
)
from catalog.products import views
from catalog.rules.views import causes

app_name = "catalog"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/store/", views.import_store, name="import_store"),
    path("imports/<int:pk>/", views.import_file, name="import_file"),
    path("imports/<int:pk>/progress/", views.import_progress, name="import_progress"),
    path("imports/<int:pk>/bad-rows/", views.import_bad_rows, name="import_bad_rows"),
    path("imports/<int:pk>/<slug:decision>/", views.import_decide, name="import_decide"),
    *mass_actions.PAGES.urls(),
    path("price-reviews/", price_reviews.price_reviews, name="price_reviews"),
    path("price-reviews/decide/", price_reviews.decide, name="decide_price_reviews"),
    path("vanished/", vanished.vanished, name="vanished"),
    path("vanished/look/", vanished.look, name="look_for_vanished"),
    path("vanished/link/", vanished.link, name="link_vanished"),
    path("vanished/archive/", vanished.archive, name="archive_vanished"),
    path("drift/compare/", drifts.compare, name="compare_drift"),
    path("drift/<int:pk>/reconcile/", drifts.reconcile, name="reconcile_drift"),
    path("files/fetch/", rejected_files.fetch, name="fetch_files"),
    path("files/clear/", rejected_files.clear, name="clear_files"),
    path("files/<int:pk>/", rejected_files.file, name="file"),
    path("files/<int:pk>/resubmit/", rejected_files.resubmit, name="resubmit"),
    path("files/<int:pk>/delete/", rejected_files.delete, name="delete_file"),
    path("files/<int:pk>/content/", rejected_files.content, name="file_content"),
    path("files/<int:pk>/said/", rejected_files.said, name="file_said"),
    path("files/<int:pk>/report/", rejected_files.report, name="file_report"),
    path("product/funnel/", products.product_funnel, name="product_funnel"),
    path("product/choices/<slug:name>/", products.product_choices, name="product_choices"),
    path("product/<int:pk>/cell/<slug:name>/", quick_edits.product_cell, name="product_cell"),
    path("causes/", causes.causes, name="causes"),
    path("causes/<str:code>/", causes.cause, name="cause"),
    path("product/<int:pk>/jet/", products.product_view, name="product_view"),
    path("product/<int:pk>/exceptions/<slug:facet>/", exceptions.exceptions, name="product_exceptions"),
    path(
        "product/<int:pk>/exceptions/<slug:facet>/send/", exceptions.send_exceptions, name="send_exceptions"
    ),
    path("product/<int:pk>/sync/", products.product_sync_page, name="product_sync"),
    path("product/<int:pk>/validate/", products.product_validate, name="product_validate"),
    path("product/<int:pk>/archive/", products.product_archive, name="product_archive"),
]
