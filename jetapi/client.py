"""The client: one account at one Jet, with its resources."""

from functools import cached_property
from types import TracebackType
from typing import Any, Self

from jetapi.addresses import JetsAddresses
from jetapi.auth import Authority, log_in
from jetapi.errors import JetInvalidRequest
from jetapi.gateway import Gateway
from jetapi.http.circuit import Circuit
from jetapi.http.concurrency import CONNECTIONS
from jetapi.http.guarded import AddressPolicy
from jetapi.http.pool import Pool
from jetapi.http.records import OnCall
from jetapi.http.retry import Retries
from jetapi.http.timeouts import Deadline, Timeouts
from jetapi.http.transport import Sender, Transport
from jetapi.peer import JET
from jetapi.resources.files import Files
from jetapi.resources.nodes import Nodes
from jetapi.resources.orders import Orders
from jetapi.resources.products import Products
from jetapi.resources.refunds import Refunds
from jetapi.resources.reports import Reports
from jetapi.resources.returns import Returns
from jetapi.resources.settlement import Settlement
from jetapi.resources.setup import Setup
from jetapi.resources.taxonomy import Taxonomy
from jetapi.tokens import MemoryTokenStore, Token, TokenStore


class JetClient:
    """
    Speaks to Jet for one account.

        with JetClient("https://merchant-api.jet.com/api", user="...", secret="...") as jet:
            jet.products.put_price("MUG-1", price=Decimal("9.90"))
            for order_id in jet.orders.list("ready"):
                order = jet.orders.get(order_id)

    Threads may share a client. Processes share the token where they give the same `token_store`, and clients
    of one host spare it together where they give the same `circuit`. `addresses` decides which addresses that
    Jet hands out are followed.
    """

    def __init__(  # noqa: PLR0913 - a client's settings, all but the first keyword-only
        self,
        base_url: str,
        *,
        user: str,
        secret: str,
        token_store: TokenStore | None = None,
        on_call: OnCall | None = None,
        timeouts: Timeouts | None = None,
        connections: int = CONNECTIONS,
        purpose: str = "",
        correlation_id: str = "",
        retries: Retries | None = None,
        circuit: Circuit | None = None,
        ca_bundle: str = "",
        addresses: AddressPolicy | None = None,
    ) -> None:
        if not base_url.lower().startswith(("http://", "https://")):
            raise JetInvalidRequest(f"{base_url!r} is not an http(s) address of Jet's API")
        self.base_url = base_url.rstrip("/")
        self.user = user
        policy = addresses or JetsAddresses(self.base_url)
        self._pool = Pool(connections=connections, ca_bundle=ca_bundle, addresses=policy, user_agent="jetapi")
        self._transport = Transport(
            base_url=self.base_url,
            pool=self._pool,
            timeouts=timeouts or Timeouts(),
            retries=retries or Retries(),
            circuit=circuit or Circuit(),
            peer=JET,
        )
        self._sender = Sender(user=user, purpose=purpose, correlation_id=correlation_id, on_call=on_call)

        def log_in_again(deadline: Deadline) -> Token:
            return log_in(self._transport, user=user, secret=secret, sender=self._sender, deadline=deadline)

        authority = Authority(store=token_store or MemoryTokenStore(), log_in=log_in_again)
        self._gateway = Gateway(transport=self._transport, authority=authority, sender=self._sender)

    def __repr__(self) -> str:
        return f"<JetClient {self.user} at {self.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._pool.close()

    def read(self, path: str) -> Any:
        """
        Read any path under the base URL as a record of a call names it, query included.

        :raises JetError: no answer, or a refusal
        """
        return self._gateway.get(path)

    def authcheck(self) -> None:
        """
        Ask whether Jet accepts our keys: GET /authcheck (docs/jet-api.md, authentication).

        :raises JetAuthError: it does not
        """
        self._gateway.get("/authcheck")

    @cached_property
    def products(self) -> Products:
        """Merchant SKUs: listing data, price, inventory, images, variations, exceptions."""
        return Products(self._gateway)

    @cached_property
    def files(self) -> Files:
        return Files(self._gateway)

    @cached_property
    def orders(self) -> Orders:
        return Orders(self._gateway)

    @cached_property
    def nodes(self) -> Nodes:
        return Nodes(self._gateway)

    @cached_property
    def setup(self) -> Setup:
        """The checklist of a new account, and its settings."""
        return Setup(self._gateway)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        return Taxonomy(self._gateway)

    @cached_property
    def returns(self) -> Returns:
        return Returns(self._gateway)

    @cached_property
    def refunds(self) -> Refunds:
        return Refunds(self._gateway)

    @cached_property
    def settlement(self) -> Settlement:
        return Settlement(self._gateway)

    @cached_property
    def reports(self) -> Reports:
        return Reports(self._gateway)
