"""Addresses of returns pages. The page of a return stands at the admin's own address of it."""

from django.urls import path

from returns.views import returns

app_name = "returns"
urlpatterns = [
    path("fetch/", returns.fetch, name="fetch"),
    path("returnrequest/<int:pk>/change/", returns.page, name="return"),
    path("returnrequest/<int:pk>/complete/", returns.complete, name="complete"),
    path("returnrequest/<int:pk>/sending/", returns.sending, name="sending"),
    path("memo/<int:pk>/", returns.memo, name="memo"),
]
