"""One call of the API, as its endpoint sees it."""

from dataclasses import dataclass, field
from typing import Any

from . import compat
from .accounts import Account
from .kit.wire import Document, Request, loads
from .options import Options
from .wire import bad_request
from .world import World

NOBODY = Account(mode="", user="", secret="", merchant_id="", fulfillment_node_id="")


@dataclass(slots=True)
class Call:
    """A request, whose it is, and the world that it may change; `params` and `shape` come from its route."""

    world: World
    request: Request
    account: Account = NOBODY
    params: dict[str, str] = field(default_factory=dict)
    shape: str = ""
    staged: Any = None  # of a large upload: where its bytes are kept already
    sent: Any = None  # the body as it was sent, once it was read

    @property
    def mode(self) -> str:
        return self.account.mode

    @property
    def options(self) -> Options:
        return self.world.options

    def json(self) -> Any:
        """
        Read the body as JSON, whatever its Content-Type says.

        :raises Refused: not JSON
        """
        if not self.request.body.strip():
            raise bad_request("The request has no body; a JSON document is expected.")
        try:
            body = self.sent = loads(self.request.body)
        except ValueError as problem:
            raise bad_request(f"The request body is not valid JSON: {problem}.") from None
        return compat.read(body, self.shape) if self.options.compat else body

    def document(self) -> Document:
        """
        Read the body as a JSON object.

        :raises Refused: not a JSON object
        """
        body = self.json()
        if not isinstance(body, dict):
            raise bad_request("The request body must be a JSON object.")
        return body

    def whole_number(self, name: str, default: int, *, most: int) -> int:
        """
        Read a query parameter as a number from 0 to `most` (more is cut down to it).

        :raises Refused: not a whole number
        """
        text = self.request.query().get(name, "").strip()
        if not text:
            return default
        if not text.isascii() or not text.isdigit():
            raise bad_request(f"{name} must be a whole number that is not negative.")
        return min(int(text[:18]), most)
