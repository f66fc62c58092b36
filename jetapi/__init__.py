"""
A typed client for the Jet.com Merchant API: `from jetapi import JetClient`.

Names are loaded when first asked for, so that the sandbox beside it never loads the client.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jetapi.client import JetClient as JetClient
    from jetapi.http.circuit import Circuit as Circuit
    from jetapi.http.concurrency import send_many as send_many
    from jetapi.http.records import CallRecord as CallRecord
    from jetapi.http.retry import Retries as Retries
    from jetapi.http.timeouts import Timeouts as Timeouts
    from jetapi.tokens import MemoryTokenStore as MemoryTokenStore
    from jetapi.tokens import Token as Token
    from jetapi.tokens import TokenStore as TokenStore

_HOMES = {
    "CallRecord": "jetapi.http.records",
    "Circuit": "jetapi.http.circuit",
    "JetClient": "jetapi.client",
    "MemoryTokenStore": "jetapi.tokens",
    "Retries": "jetapi.http.retry",
    "Timeouts": "jetapi.http.timeouts",
    "Token": "jetapi.tokens",
    "TokenStore": "jetapi.tokens",
    "send_many": "jetapi.http.concurrency",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'jetapi' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Name what can be imported."""
    return __all__
