"""Jet's API itself: one call from request to answer, with faults, token, work and journal in their order."""

import logging
import re
import time

from .accounts import Account
from .backlog import Backlog
from .calls import Call
from .dates import order_date
from .endpoints import files
from .kit.faults import Fault, Faults
from .kit.wire import Answer, Cut, Refused, Rejected, Request, Unknown, errors
from .limits import RateLimit
from .router import Router, shown_path
from .routes import routes
from .wire import UNAUTHORIZED, message
from .world import World

SLASH = re.compile("%2f", re.IGNORECASE)
log = logging.getLogger(__name__)


class Api:
    """Answers Jet's API for one world."""

    def __init__(self, world: World, faults: Faults, backlog: Backlog) -> None:
        self._world = world
        self._faults = faults
        self._backlog = backlog
        self._router = Router(routes(world.options))
        self._limit = RateLimit(world.options.rate_limit)

    def answer(self, request: Request) -> Answer:
        """Answer a call; a broken connection is part of the answer (`cut`)."""
        path = shown_path(request.path)
        fault = self._faults.strike(request.method, path)
        generation = self._world.generation
        self._wait(fault)
        if generation != self._world.generation:
            return Answer(503, b"The service is unavailable.", content_type="text/html")
        if fault and fault.is_instead_of_work:
            return self._fail(request, path, fault)
        call = Call(self._world, request)
        answer = self._work(call, path, fault)
        return _spoilt(answer, fault) if fault else answer

    def _wait(self, fault: Fault | None) -> None:
        seconds = self._world.options.latency_ms / 1000
        if fault and fault.kind == "slow":
            seconds += fault.seconds
        if seconds:
            time.sleep(seconds)

    def _fail(self, request: Request, path: str, fault: Fault) -> Answer:
        call = Call(self._world, request)
        answer = fault.answer()
        with self._world.store.transaction():
            account = self._holder(request)
            if account:
                call.account = account
                if fault.kind == "revoke_token":
                    self._world.accounts.revoke_tokens(account.mode)
            is_silent = fault.kind == "drop_before"
            self._note(call, path, status=None if is_silent else answer.status, fault=fault, applied=False)
        return answer.cut_at(Cut.SILENT) if is_silent else answer

    def _work(self, call: Call, path: str, fault: Fault | None) -> Answer:
        """Do the work and write the journal in one transaction: both are kept or neither is."""
        world = self._world
        self._backlog.keep_up()
        try:
            call.staged = files.stage(call)
            with world.store.transaction():
                world.begin_slice()
                answer = self._dispatch(call)
                self._note(call, path, status=_seen_status(answer, fault), fault=fault, applied=True)
            if world.schedule.mode != "clock":
                self._backlog.finish()  # what this call set going and did not get done in its slice
            return answer
        except Rejected as refusal:
            refused = errors(400, *refusal.problems)
        except Unknown as refusal:
            refused = self._unknown(refusal)
        except Refused as refusal:
            refused = refusal.answer
        except Exception:
            log.exception("The sandbox itself failed at %s %s", call.request.method, path)
            refused = message(500, "An error has occurred.")
        with world.store.transaction():
            world.reload()
            files.unstage(call)
            self._note(call, path, status=_seen_status(refused, fault), fault=fault, applied=False)
        return refused

    def _unknown(self, refusal: Unknown) -> Answer:
        """Answer for what is not there: compat without a word, which old clients take for "not on Jet"."""
        return Answer(404) if self._world.options.compat else errors(404, str(refusal))

    def _dispatch(self, call: Call) -> Answer:
        match = self._router.find(call.request.method, call.request.path)
        if match.route is None and not match.allowed and self._world.options.compat:
            # One client encodes whole listed addresses; as Jet's web server did, slashes are read then too.
            match = self._router.find(call.request.method, SLASH.sub("/", call.request.path))
        if match.route is None:
            raise Refused(_no_route(call.request, match.allowed))
        call.params, call.shape = match.params, match.route.body
        if not match.route.is_open:
            account = self._holder(call.request)
            if account is None:
                raise Refused(UNAUTHORIZED)
            call.account = account
            self._limit.count(account.mode, self._world.now())
        return match.route.endpoint(call)

    def _holder(self, request: Request) -> Account | None:
        """Return whose token came along; the word Bearer in front is optional and in any case."""
        scheme, _, rest = request.headers.get("authorization", "").strip().partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else scheme
        return self._world.accounts.holder(token, self._world.now()) if token else None

    def _note(self, call: Call, path: str, *, status: int | None, fault: Fault | None, applied: bool) -> None:
        at = order_date(self._world.now())
        self._world.journal.note(
            call.request, path, at=at, account=call.mode or None, status=status,
            fault=fault.kind if fault else None, applied=applied,
        )  # fmt: skip


def _no_route(request: Request, allowed: tuple[str, ...]) -> Answer:
    if allowed:
        text = f"The requested resource does not support http method '{request.method}'."
        return message(405, text).with_headers(("Allow", ", ".join(allowed)))
    uri = f"{request.base_url}{request.path}"
    return message(404, f"No HTTP resource was found that matches the request URI '{uri}'.")


def _seen_status(answer: Answer, fault: Fault | None) -> int | None:
    return None if fault and fault.kind == "drop_after" else answer.status


def _spoilt(answer: Answer, fault: Fault) -> Answer:
    if fault.kind == "drop_after":
        return answer.cut_at(Cut.SILENT)
    if fault.kind == "truncate":
        return answer.cut_at(Cut.HALF)
    return answer
