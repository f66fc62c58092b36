"""The parts of a listing that are sent and answered apart, each in a file of its own; `base` says what one is."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Load every module of this package, so that each facet registers itself."""
    for module in iter_modules(__path__, prefix=f"{__name__}."):
        import_module(module.name)
