"""Control over HTTP: JSON in and out, no token, for callers on this machine only."""

from .. import openapi
from ..backlog import Backlog
from ..kit.control import answered, denial
from ..kit.wire import Answer, Document, Request, ok, reject_if
from ..world import World
from .desk import CALLS, Desk, Order
from .vocabulary import unknown_options

PREFIX = "_sandbox"
SETTING_GOING = ("clock", "reviews")


class ControlCalls:
    def __init__(self, world: World, desk: Desk, backlog: Backlog) -> None:
        self._world = world
        self._desk = desk
        self._backlog = backlog

    def answer(self, request: Request, name: str) -> Answer:
        denied = denial(request, self._world.options.allowed_hosts)
        if denied:
            return denied
        if (request.method, name) == ("GET", "openapi.json"):
            return ok(openapi.document(self._world.options, request.base_url))
        return answered(request, name, CALLS, self.carry_out, reload=self._world.reload)

    def carry_out(self, order: Order, document: Document) -> Document:
        """
        Do what was ordered, over HTTP or in Python; what that sets going is done when this returns.

        :raises Rejected: the order makes no sense
        :raises Unknown: it is about something that is not there
        """
        reject_if(unknown_options(order.__name__, document))
        self._backlog.keep_up()
        with self._world.store.transaction():
            self._world.begin_slice()
            outcome = order(self._desk, document)
        if order.__name__ in SETTING_GOING:
            self._backlog.finish()
        return outcome
