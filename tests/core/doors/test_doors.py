"""Every address of the panel, asked as every role: who comes in stands in the table, and none stands outside it."""

import ast
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.urls import URLPattern

from tests.core.doors import table, walk, world

ROOT = Path(__file__).parents[3]
ROOMS = ("jetbridge", "catalog", "orders", "returns")
# Their gate is the framework's own: the site's pages, and a table's, which ask what the table's page may do.
FRAMEWORKS = (
    "django.contrib.admin.sites",
    "django.contrib.auth.admin",
    "unfold.sites",
    "jetbridge.admin_site",
    "import_export.admin",
)
OPEN = {
    "/", "/healthz", "/readyz", "/metrics", "/admin/login/", "/admin/login/code/", "/admin/logout/",
    "/admin/password-reset/", "/admin/set-password/<str:uidb64>/<str:token>/",
    "/admin/login/sso/", "/admin/login/sso/callback/",
    "/admin/demo/pictures/<slug:shape>/<slug:color>.svg",  # Jet fetches pictures as everybody does
}  # fmt: skip
# The addresses of the API ask for a token, and have a table of their own (tests/api).
# Whom the pages are drawn for: who may do all, who may look, and two that see none. What the others see is between.
DRAWN = "OVSA"
FREE_FORM = ("admin/^", "admin/(?P<url>.*)$", "api/v1/")


def known() -> dict[str, tuple[str, str]]:
    """Return who may look and who may post, by address, from both halves of the table."""
    found = {}
    for line in table.TABLES.split("\n"):
        if line.strip():
            name, see, add, change, delete = line.split()
            base = f"/admin/{name.replace('.', '/')}/"
            found |= {
                base: (see, see),
                f"{base}add/": (add, add),
                f"{base}<path:object_id>/history/": (see, see),
                f"{base}<path:object_id>/delete/": (delete, delete),
                f"{base}<path:object_id>/change/": (see, change),
                f"{base}<path:object_id>/": ("OMPVS", "OMPVS"),  # leads to the page above
            }
    for line in table.PAGES.split("\n"):
        if line.strip():
            route, look, post = line.split()
            found[route] = (look, post)
    return found


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Yield all addresses but the API's, and two of the framework's that match by a pattern of their own."""
    for route, pattern in walk.routes():
        if not route.startswith(FREE_FORM):
            yield f"/{route}", pattern


def test_the_table_knows_every_address_and_no_other():
    there = {route for route, _ in routes()}

    assert there - set(known()) == set(), "give these a line in tests/core/doors/table.py"
    assert set(known()) - there == set(), "these are gone"


@pytest.mark.django_db
@pytest.mark.parametrize("letter", walk.ROLES)
def test_a_role_comes_in_where_the_table_says_and_nowhere_else(letter, settings):
    settings.METRICS_TOKEN = "which no role knows"
    world.fill()
    client, doors = walk.browser(walk.people()[letter]), known()
    astray, broken = [], []

    with nullcontext() if letter in DRAWN else walk.undrawn():
        for route, pattern in routes():
            for method, may in zip(walk.METHODS, doors.get(route, ("", "")), strict=True):
                answer = walk.asked(client, method, walk.address(route[1:], pattern))
                if walk.is_open(answer) != (letter in may):
                    astray.append((method, route, answer.status_code))
                if answer.status_code == 500:
                    broken.append((method, route))

    assert astray == []
    assert broken == []


def test_every_page_names_the_permission_that_it_asks_for():
    bare = [
        route
        for route, pattern in routes()
        if route not in OPEN
        and not hasattr(pattern.callback, "permission")
        and not hasattr(pattern.callback, "model_admin")
        and not pattern.callback.__module__.startswith(FRAMEWORKS)
    ]

    assert bare == ["/admin/r/<path:content_type_id>/<path:object_id>/"]


def test_only_the_gate_itself_calls_the_admins_login():
    callers = {
        str(file.relative_to(ROOT))
        for room in ROOMS
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "admin_view"
    }

    assert callers == {"jetbridge/panel/pages.py"}
