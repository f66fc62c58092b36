"""The admin's own checks run before there is a database, and still find a permission nobody declared."""

import pytest
from django.contrib.admin import site
from django.db.models import Model
from unfold.decorators import action

from jetbridge.core.models import StoreView
from jetbridge.panel.admin_base import PanelModelAdmin


def an_admin(permission: str) -> PanelModelAdmin:
    class Admin(PanelModelAdmin):
        actions_list = ["act"]

        @action(description="Act", permissions=[permission])
        def act(self, request, object_id: Model):  # pragma: no cover - only its declaration matters
            return None

    return Admin(StoreView, site)


def test_checks_ask_no_table():
    # No database fixture: a query would fail the test.
    assert an_admin("catalog.upload").check() == []


@pytest.mark.parametrize("permission", ["catalog.uplaod", "act"])
def test_an_unknown_permission_is_found(permission: str):
    assert [error.id for error in an_admin(permission).check()] == ["admin.E129"]
