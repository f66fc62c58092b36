"""An independent emulator of Jet's Merchant API; `python -m jetapi.sandbox` runs it."""

from .app import Sandbox

__all__ = ["Sandbox"]
