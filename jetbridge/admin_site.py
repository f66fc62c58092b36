"""The panel's admin site: the skin's site under our name, with pages of our own in front."""

from unfold.sites import UnfoldAdminSite


class PanelSite(UnfoldAdminSite):
    """The one admin site of the panel, at /admin/."""

    index_title = "Dashboard"
    empty_value_display = "-"
    enable_nav_sidebar = True
