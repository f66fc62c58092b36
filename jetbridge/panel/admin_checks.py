"""The skin's checks of admin classes, without a look at tables that a new installation does not have yet."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from unfold.checks import UnfoldModelAdminChecks


class PanelAdminChecks(UnfoldModelAdminChecks):
    """The skin asks the permission table; before the first migrate there is none, so the models are asked."""

    def _check_unfold_action_permission_methods(self, obj: Any) -> list[checks.CheckMessage]:
        return list(_problems(obj))


def _problems(admin: Any) -> Iterator[checks.CheckMessage]:
    for action in _actions(admin):
        for permission in getattr(action.method, "allowed_permissions", ()):
            known = (
                _is_declared(permission)
                if "." in permission
                else hasattr(admin, f"has_{permission}_permission")
            )
            if not known:
                name = f"{type(admin).__name__}.{action.method.original_function_name}"
                yield checks.Error(
                    f"{name} names an unknown permission: {permission}.", obj=admin, id="admin.E129"
                )


def _actions(admin: Any) -> list[Any]:
    return [
        *admin._get_base_actions_list(),
        *admin._get_base_actions_detail(),
        *admin._get_base_actions_row(),
        *admin._get_base_actions_submit_line(),
    ]


def _is_declared(permission: str) -> bool:
    app_label, codename = permission.split(".", 1)
    for model in apps.get_app_config(app_label).get_models():
        options = model._meta
        standard = {f"{verb}_{options.model_name}" for verb in options.default_permissions}
        if codename in standard | {declared for declared, _ in options.permissions}:
            return True
    return False
