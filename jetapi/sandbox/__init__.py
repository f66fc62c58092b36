"""
A sandbox of Jet's Merchant API: `from jetapi.sandbox import Sandbox`.

The name is loaded when first asked for, so that another emulator can stand on the kit without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .app import Sandbox as Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> object:
    """Load the public name on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'jetapi.sandbox' has no attribute {name!r}")
    return getattr(import_module("jetapi.sandbox.app"), name)
