"""What the resources speak through: calls with the account's token, renewed once when Jet refuses it."""

from collections.abc import Iterator, Mapping
from typing import Any

from jetapi.auth import Authority
from jetapi.errors import JetAuthError
from jetapi.http import answers, errors, json_documents
from jetapi.http.calls import Call, Kind
from jetapi.http.transport import Authorize, Sender, Transport
from jetapi.tokens import Token

# The errors of one file; read, they take ten times their size in memory.
MOST_OF_A_FILE = 64 * 1024 * 1024
# A report of 100,000 SKUs has some 20 MB, and is never whole in memory.
MOST_OF_A_REPORT, MOST_OF_A_VALUE = 1024 * 1024 * 1024, 1024 * 1024
Params = Mapping[str, str | int]


class Gateway:
    """The one door to Jet of a client."""

    def __init__(self, *, transport: Transport, authority: Authority, sender: Sender) -> None:
        self._transport = transport
        self._authority = authority
        self._sender = sender

    def get(self, path: str, params: Params | None = None) -> Any:
        """
        Read.

        :raises JetError: no answer, or a refusal
        """
        return self.send(Call("GET", path, params=params))

    def put(self, path: str, body: Any, *, kind: Kind = Kind.REPEATABLE) -> Any:
        """
        Replace something; repeated where the answer is lost unless `kind` says that once is the limit.

        :raises JetError: no answer, or a refusal
        """
        return self.send(Call("PUT", path, kind=kind, json=body))

    def patch(self, path: str, body: Any) -> Any:
        """
        Change the named parts of something.

        :raises JetError: no answer, or a refusal
        """
        return self.send(Call("PATCH", path, kind=Kind.REPEATABLE, json=body))

    def post(self, path: str, body: Any = None) -> Any:
        """
        Do something once; never repeated where Jet may have done it.

        :raises JetError: no answer, or a refusal
        """
        return self.send(Call("POST", path, kind=Kind.ONCE, json=body))

    def send(self, call: Call) -> Any:
        """
        Send any call with the token. A 401 did no work, so renewing and sending again is always safe.

        :raises JetError: no answer, or a refusal
        """
        deadline = self._transport.deadline()
        token = self._authority.token(deadline)
        try:
            return self._transport.send(
                call, sender=self._sender, deadline=deadline, authorize=_bearing(token)
            )
        except JetAuthError as refused:
            if refused.status != 401:
                raise
        token = self._authority.renewed(instead_of=token, deadline=deadline)
        return self._transport.send(call, sender=self._sender, deadline=deadline, authorize=_bearing(token))

    def send_without_token(self, call: Call) -> Any:
        """
        Send a call to a signed address, which must not see our token.

        :raises JetForbiddenAddress: it is not one that is followed
        :raises JetError: no answer, or a refusal
        """
        return self._transport.send(call, sender=self._sender, deadline=self._transport.deadline())

    def pairs(self, url: str) -> Iterator[tuple[str, Any]]:
        """
        Fetch an object behind a signed address that Jet handed out, and yield its names and values one by one.

        What is large stands in a file meanwhile; of a hundred thousand values one is in memory.

        :raises JetUnreadable: it is no JSON object that is read, perhaps after some values
        :raises JetError: no answer, or the address is no longer good
        """
        call = Call("GET", url=url, plain=True, spooled=True, most_bytes=MOST_OF_A_REPORT)
        with self.send_without_token(call) as file:
            try:
                yield from json_documents.pairs(file, most_bytes=MOST_OF_A_VALUE)
            except json_documents.BadDocument as problem:
                raise errors.unreadable(f"the report cannot be read: {problem}") from problem

    def download(self, url: str) -> Any:
        """
        Fetch a file behind a signed address that Jet handed out: parsed where it is JSON, else its bytes.

        :raises JetError: no answer, or the address is no longer good
        """
        body = self.send_without_token(Call("GET", url=url, plain=True, most_bytes=MOST_OF_A_FILE))
        try:
            return answers.parsed(body)
        except ValueError:
            return body


def _bearing(token: Token) -> Authorize:
    return lambda method, url: f"Bearer {token.value}"
