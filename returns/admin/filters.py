"""Filters of the grids of returns and refunds."""

from jetbridge.outbox.filters import StateFilter
from jetbridge.outbox.models import State


class SendFilter(StateFilter):
    """How far the answer or the refund is on its way to Jet; links of former versions keep their meaning."""

    title = "sending"
    parameter_name = "send_state__exact"
    former = {"wanted": State.PENDING, "sending": State.CLAIMED, "refused": State.REJECTED}

    def value(self) -> str | None:
        """Return the state that was chosen."""
        chosen = super().value()
        return self.former.get(chosen, chosen) if chosen else None
