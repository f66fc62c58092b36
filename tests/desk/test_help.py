"""The help page opens for everybody, and none of its links leads nowhere."""

import re

from django.contrib.auth.models import User as Person


def test_help_opens_for_everybody_who_may_log_in(client, db):
    client.force_login(Person.objects.create_user("nobody", is_staff=True))

    page = client.get("/admin/help/")

    assert page.status_code == 200
    assert "Ask a person" in page.content.decode()


def test_the_links_of_the_answers_open(admin_client):
    body = admin_client.get("/admin/help/").content.decode().split("<main", 1)[1]
    links = set(re.findall(r'href="(/[^"#?]*)', body))

    answers = {link: admin_client.get(link).status_code for link in links}

    assert len(links) >= 6
    assert set(answers.values()) == {200}, answers
