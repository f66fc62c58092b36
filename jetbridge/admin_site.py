"""The panel's admin site: the skin's site under our name, with pages of our own in front."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from unfold.sites import UnfoldAdminSite

from jetbridge.desk import menu_search
from jetbridge.signin import single_sign_on
from jetbridge.signin.views.door import PasswordView


class PanelSite(UnfoldAdminSite):
    """The one admin site of the panel, at /admin/."""

    index_title = "Dashboard"
    empty_value_display = "-"
    password_change_template = "panel/password_change.html"  # noqa: S105
    enable_nav_sidebar = True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Let a form have one way to be saved; the list that follows leads back to it, and to a new one."""
        return {
            **super().each_context(request),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the one door of the panel, and take the first step through it."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = {
            **self.each_context(request),
            "title": "Log in",
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            "single_sign_on": single_sign_on.is_offered(),
            **(extra_context or {}),
        }
        if "next" not in request.GET and "next" not in request.POST:
            context["next"] = reverse("admin:index")
        request.current_app = self.name
        answer: HttpResponse = PasswordView.as_view(
            extra_context=context, authentication_form=self.login_form, template_name="admin/login.html"
        )(request)  # type: ignore[assignment]  # a view answers with a whole page
        return answer

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Find pages, settings and how-tos by their names; the skin's own search knows tables only."""
        text = request.GET.get("s", "").strip()
        found = menu_search.search(request, self.get_sidebar_list(request), text)
        return TemplateResponse(request, "unfold/helpers/search_results.html", {"results": found})

    def _get_navigation_items(
        self, request: HttpRequest, items: list[dict[str, Any]], tabs: list[dict[str, Any]] | None = None
    ) -> list[dict[str, Any]]:
        """Leave out a menu item whose page is not installed, instead of failing on every page."""
        found: list[dict[str, Any]] = super()._get_navigation_items(request, [*_installed(items)], tabs)
        return found


def _installed(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give the items their addresses as texts, looked up once: each item is asked for its own three times a page."""
    for item in items:
        with suppress(NoReverseMatch):
            item["link"] = str(item["link"])
            yield item
