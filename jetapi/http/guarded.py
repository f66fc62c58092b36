"""Connections that look at the machine behind an address before a byte is sent to it."""

import ipaddress
import socket
from typing import Any, Protocol

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Of IPv6 this alone is handed out to machines of the Internet; what libraries know of the rest differs.
UNICAST = ipaddress.ip_network("2000::/3")
# Set apart for protocols and documents, and not known to every library as such.
SET_APART = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))


def addresses_of(host: str, port: int) -> list[str]:
    """Return where a host leads now; nothing where it leads nowhere, which the connection will say."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(address[0]) for *_, address in found]


def is_open_internet(ip: str) -> bool:
    """Return whether a machine is one of the open Internet: neither private, nor this one, nor one in disguise."""
    try:
        address = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_open_internet(str(inner))
        if address not in UNICAST:
            return False
    is_apart = any(address in each for each in SET_APART if each.version == address.version)
    return address.is_global and not address.is_multicast and not is_apart


class AddressPolicy(Protocol):
    """Which addresses a client may follow; asked before a connection is made, and of the connection itself."""

    def check(self, url: str) -> None:
        """
        Look at an address that an answer handed out.

        :raises ForbiddenAddress: it is not followed
        """

    def check_host(self, host: str, port: int) -> None:
        """
        Look at where a host leads now.

        :raises ForbiddenAddress: to a machine that is not asked
        """

    def check_peer(self, host: str, port: int, ip: str) -> None:
        """
        Look at the machine behind a connection before a byte is sent over it.

        :raises ForbiddenAddress: it is not asked
        """


class GuardedAdapter(HTTPAdapter):
    """
    An adapter for addresses that somebody else chose.

    The policy is asked where the host leads, and again where the connection did lead: a name may lead elsewhere
    the second time. Through a proxy of the environment it is the proxy that looks names up.
    """

    def __init__(self, addresses: AddressPolicy, *, connections: int) -> None:
        self._addresses = addresses
        super().__init__(pool_connections=8, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._addresses)


def _pools(addresses: AddressPolicy) -> dict[str, type[HTTPConnectionPool]]:
    def guarded(connection: HTTPConnection) -> socket.socket:
        addresses.check_host(connection.host, connection.port)
        found = HTTPConnection._new_conn(connection)
        try:
            addresses.check_peer(connection.host, connection.port, str(found.getpeername()[0]))
        except BaseException:
            found.close()
            raise
        return found

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guarded(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guarded(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
