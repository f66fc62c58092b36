"""The gate that every address passes which Jet hands out and the client follows: uploads, reports, errors."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from jetapi.errors import JetForbiddenAddress
from jetapi.http.guarded import addresses_of, is_open_internet

# Jet's own domain, and the storage that its upload addresses lead to (docs/jet-api.md, files).
JETS_HOSTS = (".jet.com", "jetupload.blob.core.windows.net")
PORTS = {"http": 80, "https": 443}
# Anything else is read differently by different libraries.
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


@dataclass(frozen=True)
class JetsAddresses:
    """
    Follow https to known hosts on the open Internet, and whatever stands at the API's own address.

    `hosts` are names, or domains with a dot in front. With `local`, the API is a sandbox: its own host at any
    port and this machine are followed too, without TLS, and hosts may lead into a private network.
    """

    base_url: str
    hosts: Sequence[str] = JETS_HOSTS
    local: bool = False

    def check(self, url: str) -> None:
        parts = _split(url)
        if parts is None:
            raise JetForbiddenAddress("what should be an http(s) address handed out by Jet is none")
        host = (parts.hostname or "").rstrip(".")
        if self._is_the_apis(host, _port(parts), parts.scheme):
            return
        near = self.local and (host == self._api.hostname or _is_this_machine(host))
        if not near and not any(_matches(host, each) for each in self.hosts):
            raise JetForbiddenAddress(
                f"Jet handed out an address at {host}, which is not among the hosts that are followed"
            )
        if parts.scheme != "https" and not self.local:
            raise JetForbiddenAddress(f"Jet handed out an address at {host} without https")

    def check_host(self, host: str, port: int) -> None:
        if self._is_the_apis(host, port):
            return
        for ip in addresses_of(host, port):
            self.check_peer(host, port, ip)

    def check_peer(self, host: str, port: int, ip: str) -> None:
        if not self.local and not self._is_the_apis(host, port) and not is_open_internet(ip):
            raise JetForbiddenAddress(
                f"Jet handed out an address at {host}, which leads to {ip}, a machine of a private network"
            )

    @property
    def _api(self) -> SplitResult:
        return urlsplit(self.base_url)

    def _is_the_apis(self, host: str, port: int, scheme: str = "") -> bool:
        api = self._api
        return (host.lower(), port) == (api.hostname, _port(api)) and scheme in ("", api.scheme)


def _split(url: str) -> SplitResult | None:
    """Take an address apart; None where it is none, or holds a name, a password or odd characters."""
    if any(sign <= " " or sign in "\\\x7f" or sign > "~" for sign in url):
        return None
    try:
        parts = urlsplit(url)
        sound = parts.scheme in PORTS and _AUTHORITY.fullmatch(parts.netloc) and parts.port != 0
    except ValueError:
        return None
    return parts if sound else None


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS.get(parts.scheme, 0)


def _matches(host: str, known: str) -> bool:
    known = known.lower().rstrip(".")
    return host == known.removeprefix(".") or (known.startswith(".") and host.endswith(known))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
