"""Pages without a model: one decorator gives a view the admin's gate, a permission and the panel's frame."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def panel_page(permission: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """
    Put a view behind the admin's login and a permission; "" lets in everybody who may log in.

    The view carries the permission along, so that what a group may open can be looked up from the addresses.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if permission and not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # Looked up per call: the admin site is not ready while modules are imported.
            return admin.site.admin_view(gated)(request, *args, **kwargs)

        page = wraps(view)(entered)
        page.__dict__["permission"] = permission
        return page

    return decorate


def extra_page(
    page: "ModelAdmin[Any]",
    route: str,
    view: View[P],
    *,
    name: str,
    permission: str,
    methods: Sequence[str] = ("GET",),
) -> URLPattern:
    """Return an address beside a table's own ones, behind a permission that is named; the only way to add one."""
    table = f"{page.opts.app_label}_{page.opts.model_name}"
    gated = panel_page(permission)(require_http_methods([*methods])(view))
    return path(route, gated, name=f"{table}_{name}")


def render_page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
) -> TemplateResponse:
    """Render a template that extends admin/base_site.html within the panel's frame."""
    frame = {**admin.site.each_context(request), "title": title, "subtitle": None, **(context or {})}
    return TemplateResponse(request, template, frame, status=status)
