"""Pages without a model: one decorator gives a view the admin's gate, a permission and the panel's frame."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# Which permission each page asks for, by the view's dotted name: what a group may open can be looked up.
PERMISSIONS: dict[str, str] = {}


def panel_page(permission: str = "") -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Put a view behind the admin's login, and behind a permission when one is named."""

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if permission and not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # Looked up per call: the admin site is not ready while modules are imported.
            return admin.site.admin_view(gated)(request, *args, **kwargs)

        PERMISSIONS[f"{view.__module__}.{view.__qualname__}"] = permission
        return wraps(view)(entered)

    return decorate


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
