"""Control over HTTP: JSON in and out, no token, for callers on this machine only."""

import logging

from jetapi.sandbox.kit.control import denial, document
from jetapi.sandbox.kit.wire import Answer, Document, Rejected, Request, Unknown, errors, ok

from ..errors import Refusal
from ..world import World
from .desk import CALLS, OPTIONS, Desk, Order

log = logging.getLogger(__name__)
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
        order = CALLS.get((request.method, name))
        if order is None:
            known = any(name == each for _, each in CALLS)
            return errors(405 if known else 404, f"There is no control call {request.method} {name}.")
        try:
            return ok(self.carry_out(order, document(request)))
        except Rejected as refusal:
            return errors(400, *refusal.problems)
        except Unknown as refusal:
            return errors(404, str(refusal))
        except Refusal as refusal:
            return errors(400, str(refusal))
        except Exception:
            log.exception("The emulator itself failed at the control call %s", name)
            self._world.reload()
            return errors(500, "The sandbox itself failed; its log says how.")

    def carry_out(self, order: Order, given: Document) -> Document:
        """
        Do what was ordered, over HTTP or in Python.

        :raises Rejected: the order makes no sense
        :raises Unknown: it is about something that is not there
        """
        known = OPTIONS[order.__name__]
        unknown = [name for name in given if name not in known]
        if unknown:
            listed = f"known are: {', '.join(known)}" if known else "there are none here"
            raise Rejected(*(f"{name} is not an option; {listed}." for name in unknown))
        with self._world.memory.transaction():
            return order(self._desk, given)
