"""
Opens the panel's pages in a home as the superuser and prints as JSON what went wrong: `-m tests.upgrade.open_pages`.

Every list and every page without a number in its address is opened, then what their links lead to: of each kind of
page, and of each set of filters, so many.
"""

import json
import sys
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import django
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.commands.pages import Forms, addresses, kind_of
from tests.upgrade.workshop import KEEPER

# How many pages of a kind: of objects of one table, of links to one address, of links with the same filters in them.
OBJECTS, EACH, EACH_FILTERED = 6, 2, 1
MOST = 450
# Ends the walk; needs a worker; is made of files in the code alone.
LEFT_OUT = ("/logout/", "/readyz", "/jsi18n/", "/help/how-to/", "/demo/pictures/", "/static/")
# A form alone leads there.
FOR_FORMS = 405


def named() -> Iterator[str]:
    """Give every address that needs nothing to be said."""
    for name in addresses():
        try:
            yield reverse(name)
        except NoReverseMatch:
            continue


def objects() -> Iterator[str]:
    """Give the pages of some rows of each table that the admin shows, the first and the last ones."""
    for model in admin.site._registry:
        keys = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
        for pk in dict.fromkeys([*keys[: OBJECTS // 2], *keys[-OBJECTS // 2 :]]):
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])


class Walk:
    """The pages opened so far, and what was wrong with some."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(get_user_model().objects.get(username=KEEPER))
        self.looked: Counter[str] = Counter()
        self.wrong: list[list[str]] = []
        self.known: set[str] = set()
        self.linked: deque[str] = deque()

    def go(self) -> None:
        """Open what is known from the start, then what is found on the way."""
        for address in dict.fromkeys([*named(), *objects()]):
            self._open(address, is_linked=False)
        while self.linked and sum(self.looked.values()) < MOST:
            address = self.linked.popleft()
            if self.looked[_kind(address)] < (EACH_FILTERED if "?" in address else EACH):
                self._open(address, is_linked=True)

    def _open(self, address: str, *, is_linked: bool) -> None:
        if any(part in address for part in LEFT_OUT):
            return
        self.known.add(address)
        self.looked[_kind(address)] += 1
        try:
            answer: Any = self.client.get(address)
            body = answer.getvalue() if answer.streaming else answer.content
        except Exception as error:  # whatever a page raises is what we came for
            self.wrong.append([address, repr(error)[:300]])
            return
        # Without a link to it, an address may be for forms only, or want to be told more.
        if answer.status_code >= 500 or (is_linked and answer.status_code not in (200, 302, FOR_FORMS)):
            self.wrong.append([address, str(answer.status_code)])
        if answer.status_code == 302:
            self._note(address, answer["Location"])
        elif answer.get("Content-Type", "").startswith("text/html"):
            page = Forms()
            page.feed(body.decode())
            for link in page.links:
                self._note(address, link)

    def _note(self, base: str, link: str) -> None:
        target = urljoin(base, link).split("#")[0]
        if target.startswith("/admin/") and target not in self.known:
            self.known.add(target)
            if "?" in target:
                self.linked.append(target)
            else:  # first what is a page of its own, then the same pages under filters
                self.linked.appendleft(target)


def _kind(address: str) -> str:
    parts = urlsplit(address)
    return f"{kind_of(parts.path)}?{','.join(sorted(parse_qs(parts.query)))}"


def main() -> None:
    """Walk, and say how it went."""
    django.setup()
    walk = Walk()
    walk.go()
    said = {"opened": sum(walk.looked.values()), "kinds": len(walk.looked), "wrong": walk.wrong}
    sys.stdout.write(f"\n{json.dumps(said)}\n")


if __name__ == "__main__":
    main()
