"""All addresses: the panel at /admin/, pages of the apps in front of the admin's own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from jetbridge.api.site import PLACE
from jetbridge.api.urls import v1
from jetbridge.desk.views.health import readyz
from jetbridge.desk.views.metrics import show_metrics
from jetbridge.desk.views.probes import healthz
from jetbridge.signin.urls import library

handler500 = "jetbridge.desk.views.outages.failed"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path(PLACE, include(v1)),
    path("", include("jetbridge.api.urls")),
    path("metrics", show_metrics, name="metrics"),
    path("admin/", include(library)),
    path("admin/", include("jetbridge.signin.urls")),
    path("admin/", include("jetbridge.desk.urls")),
    path("admin/outbox/", include("jetbridge.outbox.urls")),
    path("admin/catalog/", include("catalog.urls")),
    path("admin/mapping/", include("catalog.mapping.urls")),
    path("admin/orders/", include("orders.urls")),
    path("admin/returns/", include("returns.urls")),
    path("admin/", admin.site.urls),
]
