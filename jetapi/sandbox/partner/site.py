"""The partner pages: those of one merchant's account, which stands in each address."""

from collections.abc import Mapping

from markupsafe import Markup

from ..accounts import Account
from ..backlog import Backlog
from ..control.desk import Desk
from ..kit import markup
from ..kit.faults import Faults
from ..kit.pages import Done, Form, Look, Site
from ..kit.wire import Request
from ..world import World
from .actions import ACTIONS
from .views import PAGES, find
from .visit import ROOT, Visit


class PartnerSite(Site):
    root = ROOT
    name = "Jet sandbox: partner portal"

    def __init__(self, world: World, desk: Desk, faults: Faults, backlog: Backlog) -> None:
        super().__init__(world.options.allowed_hosts)
        self._world = world
        self._backlog = backlog
        self._desk = desk
        self._faults = faults

    def _account(self, request: Request) -> Account:
        mode = request.query().get("mode", "test")
        accounts = self._world.accounts
        return accounts.get(mode) or next(iter(accounts))

    def titles(self) -> Mapping[str, str]:
        return {page: title for page, (title, _) in PAGES.items()}

    def url(self, look: Look, page: str, /, **query: str) -> str:
        return look.url(page, mode=self._account(look.request).mode, **query)

    def header(self, look: Look) -> Markup:
        mode = self._account(look.request).mode
        other = "live" if mode == "test" else "test"
        switch = markup.link(look.url(look.name, mode=other), f"Switch to {other}")
        return markup.join((f"Account: {mode}. ", switch))

    def draw(self, look: Look) -> tuple[str, Markup]:
        account = self._account(look.request)
        visit = Visit(self._world, self._faults, account, look.query, look.rest, look.request.base_url)
        title, view = find(look.name)
        self._backlog.keep_up()
        with self._world.store.transaction():
            return title, view(visit)

    def page_of(self, button: str, form: Form) -> tuple[str, str] | None:
        del form
        return (ACTIONS[button][0], "") if button in ACTIONS else None

    def press(self, look: Look, button: str, form: Form) -> Done:
        self._backlog.keep_up()
        try:
            with self._world.store.transaction():
                self._world.begin_slice()
                done = ACTIONS[button][1](self._desk, self._account(look.request).mode, form)
            self._backlog.finish()
        except Exception:
            self._world.reload()
            raise
        return done
