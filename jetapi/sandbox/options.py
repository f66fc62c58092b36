"""What a sandbox is started with: which Jet it plays, and how strictly."""

from dataclasses import dataclass, field
from pathlib import Path

MEMORY = ":memory:"
PROFILES = ("2018", "2015")

# Seconds that each of Jet's own steps takes while transitions follow the clock.
DEFAULT_DELAYS: dict[str, float] = {
    "order.ready": 30 * 60,  # the fraud and cancel window
    "sku.review": 60,
    "file.start": 1,
    "file.finish": 1,
    "return.settle": 60,
    "refund.process": 60,
    "refund.decide": 60,
    "report.finish": 2,
    "settlement.pay": 2 * 24 * 3600,
}


@dataclass(frozen=True, slots=True)
class Options:
    """One sandbox's settings; `rate_limit` is calls a minute for each account, 0 for none."""

    state: str = MEMORY
    taxonomy: Path | None = None
    profile: str = "2018"
    compat: bool = True
    strict: bool = False
    latency_ms: float = 0
    rate_limit: int = 0
    # Names, besides this machine's own, under which control and partner pages answer.
    allowed_hosts: tuple[str, ...] = ()
    delays: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_DELAYS))

    @property
    def is_2015(self) -> bool:
        """Return whether the API answers as it did before 2016."""
        return self.profile == "2015"
