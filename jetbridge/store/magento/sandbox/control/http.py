"""Control over HTTP: JSON in and out, no token, for callers on this machine only."""

from jetapi.sandbox.kit.control import answered, denial, unknown_options
from jetapi.sandbox.kit.wire import Answer, Document, Rejected, Request, reject_if

from ..errors import Refusal
from ..world import World
from .desk import CALLS, OPTIONS, Desk, Order

PREFIX = "_sandbox"


class ControlCalls:
    """The doors of the control calls."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world = world
        self._desk = desk

    def answer(self, request: Request, name: str) -> Answer:
        denied = denial(request, self._world.options.allowed_hosts)
        if denied:
            return denied
        return answered(request, name, CALLS, self.carry_out, reload=self._world.reload)

    def carry_out(self, order: Order, given: Document) -> Document:
        """
        Do what was ordered, over HTTP or in Python.

        :raises Rejected: the order makes no sense
        :raises Unknown: it is about something that is not there
        """
        reject_if(unknown_options(given, OPTIONS[order.__name__]))
        try:
            with self._world.memory.transaction():
                return order(self._desk, given)
        except Refusal as refusal:
            raise Rejected(refusal.filled()) from refusal
