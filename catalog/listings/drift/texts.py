"""The causes of differences: their colors, and what each means in plain words."""

from catalog.listings.models import Drift
from jetbridge.panel.display import Tone

Cause = Drift.Cause

CAUSE_TONES: dict[str, Tone] = {
    Cause.FOREIGN: "red",
    Cause.LOST: "red",
    Cause.UNSENT: "amber",
    Cause.STUCK: "amber",
    Cause.HELD: "blue",
    Cause.REFUSED: "red",
    Cause.NEVER: "grey",
}
CAUSE_HELP: dict[str, str] = {
    Cause.FOREIGN: "Jet holds what this panel has no record of, written after its last sending: by another tool, "
    "by a person on Jet's own pages, or from here before the database was put back from a copy. Reconcile sends the "
    "store's again; if another tool should not write, make new keys on Jet's pages and enter them here only.",
    Cause.LOST: "Jet said that it took our last sending, yet holds something older. Reconcile sends it again.",
    Cause.UNSENT: "The store was changed and nothing was sent, because edits of this kind are switched off in "
    "Configuration or came from an import. Reconcile sends it now.",
    Cause.STUCK: "It has been waiting to be sent for more than an hour. See Cron Status.",
    Cause.HELD: "The new price differs so much from the old one that a person is to say yes first. Say it under "
    "Price Reviews.",
    Cause.REFUSED: "Jet refused what the store has. The product's page says why; fix that, then Reconcile.",
    Cause.NEVER: "Jet has the SKU, but this panel has no record of sending this figure. Reconcile sends it.",
}
