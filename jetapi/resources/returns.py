"""Returns (docs/jet-api.md, returns): lists, the return itself, the merchant's answer, test returns."""

from collections.abc import Mapping
from typing import Any

from jetapi import wire
from jetapi.gateway import Gateway
from jetapi.http import answers, errors
from jetapi.http.calls import Call, Kind
from jetapi.http.settlements import Settled, settled
from jetapi.types.returns import Return, ReturnCompletion, ReturnStatus

ReturnIds = list[str]


class Returns:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def list(self, status: ReturnStatus | str) -> ReturnIds:
        """
        List the ids of a status: GET /returns/{status}.

        :raises JetNotFound: no such status
        """
        answer = self._gateway.get(f"/returns/{wire.segment(status)}")
        return wire.last_segments(answers.listed(answer, "return_urls"))

    def get(self, return_id: str) -> Return:
        """
        Read a return: GET /returns/state/{id}.

        :raises JetNotFound: Jet has no such return
        """
        return Return.read(self._gateway.get(f"/returns/state/{wire.segment(return_id)}"))

    def complete(self, return_id: str, body: ReturnCompletion | Mapping[str, Any]) -> None:
        """
        Answer a return: PUT /returns/{id}/complete. Not repeated: `complete_settled`.

        :raises JetRejected: already completed, or quantities, amounts or feedback that do not fit
        """
        payload = body.payload() if isinstance(body, ReturnCompletion) else body
        self._gateway.put(f"/returns/{wire.segment(return_id)}/complete", payload, kind=Kind.ONCE)

    def complete_settled(
        self, return_id: str, body: ReturnCompletion | Mapping[str, Any], *, in_doubt: bool = False
    ) -> Settled:
        """
        Answer a return once, settling a lost answer by reading the return.

        A return that is no longer created is answered for good: by us, or after two business days by Jet.
        What was granted stands in `get(return_id).items`.

        :raises JetError: not answered, or still in doubt (`sent_maybe`)
        """

        def act() -> Settled:
            self.complete(return_id, body)
            return Settled.NOW

        def found() -> Settled | None:
            created = self.get(return_id).return_status.lower() == ReturnStatus.CREATED
            return None if created else Settled.BEFORE

        return settled(act, found, in_doubt=in_doubt)

    def generate(self, order_id: str) -> str:
        """
        Let Jet open a test return of a shipped order: GET /returns/generate/{id}; test keys only.

        :raises JetRejected: nothing was shipped
        """
        path = f"/returns/generate/{wire.segment(order_id, name='order id')}"
        answer = self._gateway.send(Call("GET", path, kind=Kind.ONCE))
        url = answers.mapping(answer, of="generated return").get("url")
        if not isinstance(url, str):
            raise errors.unreadable("the answer to the return generator names no return")
        return wire.last_segments([url])[0]
