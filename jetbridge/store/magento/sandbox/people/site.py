"""The pages' door: each reads the store as it stands; each button is a call of the store's own or a buyer's order."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from jetapi.sandbox.kit.pages import Done, Form, Look, Site
from jetapi.sandbox.kit.wire import Rejected, Unknown

from ..errors import Crash, Refusal
from ..world import World
from . import catalogue_views, order_views, stock_views
from .actions import ACTIONS, Hands

ROOT = "/admin"
View = Callable[[World, Look], tuple[str, Markup]]
PAGES: dict[str, tuple[str, View]] = {
    "": ("Overview", catalogue_views.overview),
    "products": ("Products", catalogue_views.products_page),
    "orders": ("Orders", order_views.orders_page),
    "documents": ("Documents", order_views.documents_page),
    "stock": ("Stock", stock_views.stock_page),
}


class PeopleSite(Site):
    root = ROOT
    name = "Magento sandbox: admin"

    def __init__(self, world: World, hands: Hands, consume: Callable[[str], None]) -> None:
        super().__init__(world.options.allowed_hosts)
        self._world = world
        self._hands = hands
        self._consume = consume

    def titles(self) -> Mapping[str, str]:
        return {name: title for name, (title, _) in PAGES.items()}

    def draw(self, look: Look) -> tuple[str, Markup]:
        if look.name not in PAGES:
            raise Unknown(f"There is no page {look.name!r}.")
        view = PAGES[look.name][1]
        with self._world.memory.transaction():
            self._consume(self._world.stamp())
            return view(self._world, look)

    def page_of(self, button: str, form: Form) -> tuple[str, str] | None:
        if button not in ACTIONS:
            return None
        page, key, _ = ACTIONS[button]
        return page, form.get(key, "")

    def press(self, look: Look, button: str, form: Form) -> Done:
        try:
            return ACTIONS[button][2](self._hands, form, look.files)
        except Refusal as refusal:
            raise Rejected(refusal.filled()) from refusal
        except Crash as crash:
            raise Rejected(f"The store fell over: {crash}.") from crash
        finally:
            self._world.reload()
