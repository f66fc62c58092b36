"""The account's checklist and settings at Jet's portal (docs/jet-api.md, set-up)."""

from jetapi.errors import JetRejected
from jetapi.gateway import Gateway
from jetapi.http import answers
from jetapi.peer import JET
from jetapi.types.setup import SetupStatus


class Setup:
    """What Jet knows of the account itself."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def status(self) -> SetupStatus:
        """
        Read the go-live checklist: GET /portal/merchantsetupstatus.

        :raises JetRejected: Jet says a message instead
        """
        answer = answers.mapping(self._gateway.get("/portal/merchantsetupstatus"), of="set-up status")
        said = JET.texts(answer)
        if said:
            raise JetRejected(status=200, messages=said)
        return SetupStatus.read(answer)
