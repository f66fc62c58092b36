"""A look at a page: who looks, at which account, with which query; and lists in pages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from ..accounts import Account
from ..kit.faults import Faults
from ..kit.pages import page_number, pager
from ..kit.wire import Document
from ..world import World

ROWS = 50
ROOT = "/partner"


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at what: the account, the query, and the part of the address after the page's name."""

    world: World
    faults: Faults
    account: Account
    query: dict[str, str]
    rest: str = ""
    base_url: str = ""

    @property
    def mode(self) -> str:
        return self.account.mode

    def url(self, page: str, /, **query: str) -> str:
        """Give the address of a page for the same account."""
        return f"{ROOT}/{page}?{urlencode({'mode': self.mode, **query})}"


def paged(visit: Visit, page: str, kind: str, where: str, *params: object) -> tuple[list[Document], Markup]:
    """Give one page of documents, the newest first, and the links to its neighbors."""
    number = page_number(visit.query)
    found = visit.world.store.newest(
        kind, visit.mode, where, *params, skip=(number - 1) * ROWS, limit=ROWS + 1
    )
    query = {name: value for name, value in visit.query.items() if name not in ("mode", "page", "said")}
    neighbors = pager(lambda other: visit.url(page, **query, page=other), number, has_more=len(found) > ROWS)
    return found[:ROWS], neighbors
