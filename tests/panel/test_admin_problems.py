"""Pages for when something is wrong: plain words, the way back, no skin needed."""

import pytest
from django.contrib.auth.models import User as Person
from django.template.loader import render_to_string


def test_a_missing_page_leads_back(client, db):
    page = client.get("/no/such/page")

    assert page.status_code == 404
    assert "There is no such page" in page.content.decode()


def test_a_missing_permission_is_named(client, db):
    client.force_login(Person.objects.create_user("nobody", is_staff=True))

    page = client.get("/admin/cron/")

    assert page.status_code == 403
    assert "core.view_jobrun" in page.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_each_page_stands_without_a_request(name):
    html = render_to_string(f"{name}.html")

    assert '<a href="/admin/">To the dashboard</a>' in html
    assert "<script" not in html
