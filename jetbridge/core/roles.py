"""The four groups and what each may do; dealt out after every migrate, and only once per permission."""

from django.contrib.auth.models import Group, Permission

OWNER, MERCHANT, OPERATIONS, VIEWER = "owner", "merchant", "operations", "viewer"
GROUPS = (OWNER, MERCHANT, OPERATIONS, VIEWER)

_BOTH = (MERCHANT, OPERATIONS)
# Owners hold every permission there is. Everybody sees every table of these apps but the people's.
_SEEN_BY_ALL = ("core", "catalog", "mapping", "orders", "returns", "desk")

# One line a permission: who holds it besides the owners.
HOLDERS: dict[str, tuple[str, ...]] = {
    "core.change_configuration": (MERCHANT,),
    "core.validate_account": _BOTH,
    "core.switch_mode": (MERCHANT,),
    "core.run_job": _BOTH,
    "core.pause_job": (MERCHANT,),
    "core.view_traceback": (OPERATIONS,),
    "core.replay_call": _BOTH,
    "core.lift_mark": (MERCHANT,),
    "core.add_storeview": (MERCHANT,),
    "core.change_storeview": (MERCHANT,),
    "core.delete_storeview": (MERCHANT,),
    "catalog.add_product": (MERCHANT,),
    "catalog.change_product": _BOTH,
    "catalog.delete_product": (MERCHANT,),
    "catalog.upload": _BOTH,
    "catalog.archive": (MERCHANT,),
    "catalog.sync": _BOTH,
    "catalog.send_anyway": (MERCHANT,),
    "catalog.import_products": _BOTH,
    "catalog.view_live": _BOTH,
    "catalog.reconcile": _BOTH,
    "catalog.link_vanished": _BOTH,
    "catalog.resubmit": _BOTH,
    "catalog.delete_uploadfile": (MERCHANT,),
    "catalog.add_storecategory": (MERCHANT,),
    "catalog.change_storecategory": (MERCHANT,),
    "catalog.delete_storecategory": (MERCHANT,),
    "catalog.review_prices": (MERCHANT,),
    "catalog.add_brandrule": (MERCHANT,),
    "catalog.change_brandrule": (MERCHANT,),
    "catalog.delete_brandrule": (MERCHANT,),
    "catalog.add_attribute": (MERCHANT,),
    "catalog.change_attribute": (MERCHANT,),
    "catalog.delete_attribute": (MERCHANT,),
    "mapping.import_taxonomy": (MERCHANT,),
    "mapping.map": _BOTH,
    "mapping.add_categorymapping": _BOTH,
    "mapping.change_categorymapping": _BOTH,
    "mapping.delete_categorymapping": (MERCHANT,),
    "mapping.add_attributemapping": _BOTH,
    "mapping.change_attributemapping": _BOTH,
    "mapping.delete_attributemapping": (MERCHANT,),
    "orders.import_orders": _BOTH,
    "orders.acknowledge": _BOTH,
    "orders.reject": (MERCHANT,),
    "orders.ship": _BOTH,
    "orders.cancel": _BOTH,
    "orders.cancel_above_limit": (MERCHANT,),
    "orders.export_buyers": _BOTH,
    "orders.retry": _BOTH,
    "orders.add_ordernote": _BOTH,
    "returns.fetch_returns": _BOTH,
    "returns.complete_return": _BOTH,
    "returns.refund": (MERCHANT,),
    "api.use_api": (MERCHANT, OPERATIONS, VIEWER),
    "api.manage_webhooks": (MERCHANT,),
}


def deal(using: str = "default") -> None:
    """
    Give each group the permissions that are new in this installation.

    New is what the owners do not hold yet. So an upgrade deals out what it brings, and what an operator took
    from a group stays taken.
    """
    groups = {name: Group.objects.using(using).get_or_create(name=name)[0] for name in GROUPS}
    held = groups[OWNER].permissions.values_list("pk", flat=True)
    fresh = Permission.objects.using(using).exclude(pk__in=held).select_related("content_type")
    dealt: dict[str, list[Permission]] = {name: [] for name in GROUPS}
    for permission in fresh:
        for name in holders_of(permission):
            dealt[name].append(permission)
    for name, permissions in dealt.items():
        groups[name].permissions.add(*permissions)


def holders_of(permission: Permission) -> tuple[str, ...]:
    """Return the groups that a permission goes to when it is new."""
    app, codename = permission.content_type.app_label, permission.codename
    if codename.startswith("view_") and app in _SEEN_BY_ALL and f"{app}.{codename}" not in HOLDERS:
        return GROUPS
    return (OWNER, *HOLDERS.get(f"{app}.{codename}", ()))
