"""Which addresses webhooks may lead to: the open Internet over https, unless the installation allows others."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from jetapi.http.errors import ForbiddenAddress
from jetapi.http.guarded import addresses_of, is_open_internet
from jetbridge.core.models import addresses

SETTING = "JETBRIDGE_WEBHOOKS_PRIVATE"


class WebhookAddresses:
    """Asked before a name is looked up, of where it leads, and of the machine that a connection did lead to."""

    def check(self, url: str) -> None:
        """
        Look at an address as it is written.

        :raises ForbiddenAddress: it is none, or needs what the installation does not allow
        """
        if not addresses.origin_of(url):
            raise ForbiddenAddress(
                "This is not an address: write https://, the host in plain letters, and the path."
            )
        parts = urlsplit(url)
        if parts.scheme != "https" and not (settings.WEBHOOKS_PRIVATE and parts.scheme == "http"):
            raise ForbiddenAddress("Use https.")
        host = (parts.hostname or "").rstrip(".")
        if _is_number(host) or host == "localhost":
            self.check_peer(host, 0, "127.0.0.1" if host == "localhost" else host)

    def check_host(self, host: str, port: int) -> None:
        """
        Look at where a host leads now.

        :raises ForbiddenAddress: into a private network
        """
        for ip in addresses_of(host, port):
            self.check_peer(host, port, ip)

    def check_peer(self, host: str, port: int, ip: str) -> None:
        """
        Look at the machine behind a connection before a byte is sent over it.

        :raises ForbiddenAddress: it is one of a private network
        """
        if not settings.WEBHOOKS_PRIVATE and not is_open_internet(ip):
            raise ForbiddenAddress(f"{host} leads into a private network. {SETTING}=1 allows that.")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
