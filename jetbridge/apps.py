"""App configuration of the project package: the admin site that all apps register with."""

from django.contrib.admin.apps import AdminConfig


class PanelAdminConfig(AdminConfig):
    """Django's admin with our site in place of the stock one."""

    default_site = "jetbridge.admin_site.PanelSite"
