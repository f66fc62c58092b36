"""Addresses of returns pages. The page of a return stands at the admin's own address of it."""

from django.urls import path

from returns.views import ledger, refunds, returns, settlements

app_name = "returns"
urlpatterns = [
    path("fetch/", returns.fetch, name="fetch"),
    path("returnrequest/<int:pk>/change/", returns.page, name="return"),
    path("returnrequest/<int:pk>/complete/", returns.complete, name="complete"),
    path("refund/add/", refunds.add, name="refund_add"),
    path("refund/sync/", refunds.sync, name="refund_sync"),
    path("refund/<int:pk>/change/", refunds.page, name="refund"),
    path("refund/<int:pk>/remove/", refunds.remove, name="refund_remove"),
    path("refund/<int:pk>/close/", refunds.close, name="refund_close"),
    path("settlement/fetch/", settlements.fetch, name="fetch_settlements"),
    path("settlement/<int:pk>/change/", settlements.page, name="settlement"),
    path("ledger/<int:pk>/", ledger.page, name="ledger"),
    path("memo/<int:pk>/", returns.memo, name="memo"),
]
