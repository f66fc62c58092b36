"""Walks the panel as a browser does: follows links from page to page, and lists where forms lead."""

import re
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import get_resolver

# How many pages of one kind are looked at: the first order may have no button that the third has.
EACH = 2
MOST = 400
# Downloads and papers; `logout` would end the walk.
NOT_FOLLOWED = re.compile(
    r"logout|/export|\.csv|bundle|/report/|packing|jsi18n|how-to|/pictures/|/bad-rows/|/menu/(validate|archive)/"
)


def addresses(resolver=None, space=""):
    """Give the names of all addresses."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, pattern.namespace or space)
        elif pattern.name:
            yield f"{space}:{pattern.name}" if space else pattern.name


class Forms(HTMLParser):
    """What a page has: links, and the addresses to which forms and buttons send."""

    def __init__(self):
        super().__init__()
        self.links, self.targets, self.form = [], [], None

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        self.targets += [found[name] for name in ("hx-post", "hx-put", "hx-delete") if name in found]
        if tag == "form":
            self.form = found if found.get("method", "get").lower() == "post" else None
        if tag in ("button", "input") and self.form is not None:
            kind = found.get("type", "submit" if tag == "button" else "text")
            if kind in ("submit", "image"):
                self.targets.append(found.get("formaction") or self.form.get("action") or "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def kind_of(path):
    """Return an address without the numbers in it: pages of one kind have one."""
    return re.sub(r"/\d+(?=/|$)", "/N", path)


def walk(client, start="/admin/"):
    """Give each page's address and what stands on it."""
    looked, waiting, queued = Counter(), deque([start]), {start}
    while waiting and sum(looked.values()) < MOST:
        address = waiting.popleft()
        path = urlsplit(address).path
        if looked[kind_of(path)] >= EACH or NOT_FOLLOWED.search(path):
            continue
        looked[kind_of(path)] += 1
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        at = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        page = Forms()
        page.feed(answer.content.decode())
        yield at, page
        for link in page.links:
            target = urljoin(at, link).split("#")[0]
            if target.startswith("/admin/") and target not in queued:
                queued.add(target)
                waiting.append(target)
