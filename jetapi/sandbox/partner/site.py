"""Answers /partner/: pages on GET, actions on POST with a redirect to the page that shows what came of it."""

from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup

from ..accounts import Account
from ..backlog import Backlog
from ..control.desk import Desk
from ..kit.control import denial
from ..kit.faults import Faults
from ..kit.wire import Answer, Rejected, Request, Unknown, segments
from ..world import World
from . import markup
from .actions import ACTIONS
from .views import PAGES, find
from .visit import ROOT, Visit

HTML = "text/html; charset=utf-8"
SECURITY = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


class PartnerSite:
    def __init__(self, world: World, desk: Desk, faults: Faults, backlog: Backlog) -> None:
        self._world = world
        self._backlog = backlog
        self._desk = desk
        self._faults = faults

    def answer(self, request: Request) -> Answer:
        denied = denial(request, self._world.options.allowed_hosts)
        if denied:
            return denied
        parts = segments(request.path)[1:]
        account = self._account(request)
        if request.method == "POST" and len(parts) == 2 and parts[0] == "do":
            return self._do(request, account, parts[1])
        if request.method not in ("GET", "HEAD"):
            return _text(405, "Pages are read; buttons are pressed.")
        name, rest = (parts[0], "/".join(parts[1:])) if parts else ("", "")
        return self._page(request, account, name, rest)

    def _account(self, request: Request) -> Account:
        mode = request.query().get("mode", "test")
        accounts = self._world.accounts
        return accounts.get(mode) or next(iter(accounts))

    def _page(self, request: Request, account: Account, name: str, rest: str = "", wrong: str = "") -> Answer:
        query = request.query() if not wrong else {}
        visit = Visit(self._world, self._faults, account, query, rest, request.base_url)
        try:
            title, view = find(name)
            self._backlog.keep_up()
            with self._world.store.transaction():
                body = view(visit)
        except Unknown as refusal:
            return self._shown(visit, "Not found", name, markup.paragraph(str(refusal)), 404)
        return self._shown(visit, title, name, body, 400 if wrong else 200, wrong=wrong)

    def _shown(
        self, visit: Visit, title: str, name: str, body: Markup, status: int, *, wrong: str = ""
    ) -> Answer:
        notes = markup.note(wrong, is_wrong=True) if wrong else Markup("")
        if visit.query.get("said"):
            notes += markup.note(visit.query["said"])
        links = [_nav(visit, page, text, is_current=page == name) for page, (text, _) in PAGES.items()]
        account = markup.join((f"Account: {visit.mode}. ", _switch(visit, name)))
        text = markup.page(
            title=title, account=account, links=markup.join(links, " "), notes=notes, body=body
        )
        return Answer(status, text.encode("utf-8", "replace"), HTML).with_headers(*SECURITY)

    def _do(self, request: Request, account: Account, name: str) -> Answer:
        if name not in ACTIONS:
            return _text(404, f"There is no button {name!r}.")
        page, action = ACTIONS[name]
        pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        self._backlog.keep_up()
        try:
            with self._world.store.transaction():
                self._world.begin_slice()
                done = action(self._desk, account.mode, dict(pairs))
            self._backlog.finish()
        except Rejected as refusal:
            self._world.reload()
            return self._page(request, account, page, wrong=" ".join(refusal.problems))
        except Unknown as refusal:
            self._world.reload()
            return self._page(request, account, page, wrong=str(refusal))
        query = urlencode({"mode": account.mode, "said": done.said})
        return Answer(303).with_headers(("Location", f"{ROOT}/{done.page}?{query}"))


def _nav(visit: Visit, page: str, text: str, *, is_current: bool) -> Markup:
    current = Markup(' aria-current="page"') if is_current else ""
    return Markup('<a href="{}"{}>{}</a>').format(visit.url(page), current, text)


def _switch(visit: Visit, name: str) -> Markup:
    other = "live" if visit.mode == "test" else "test"
    return markup.link(f"{ROOT}/{name}?mode={other}", f"Switch to {other}")


def _text(status: int, text: str) -> Answer:
    return Answer(status, text.encode("utf-8", "replace"), "text/plain; charset=utf-8")
