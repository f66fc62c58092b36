"""What an emulated store is given when it starts."""

from dataclasses import dataclass

MEMORY = ":memory:"
SEEDS = ("demo", "none")


@dataclass(frozen=True, slots=True)
class Options:
    """
    One store's settings.

    `seed` is one of SEEDS or a file of Magento's product export; `row_ms` is added for each product row of a list.
    """

    state: str = MEMORY
    seed: str = "demo"
    module: bool = False  # the companion module is installed
    bearer: bool = False  # integration tokens are taken as Bearer, off since 2.4.4
    limits: bool = False  # pages of 300 and arrays of 20 at most
    msi: bool = True
    latency_ms: float = 0
    row_ms: float = 0
    allowed_hosts: tuple[str, ...] = ()
