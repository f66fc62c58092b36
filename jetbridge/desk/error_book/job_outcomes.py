"""Differences between store and Jet (`drift.`), how a job's run can end (`outcome.`), and what settings refuse."""

from jetbridge.desk.error_book.calls import CRON, KEYS
from jetbridge.desk.error_book.entries import Entry

DRIFT = "admin:catalog_drift_changelist"
PEOPLE = "admin:auth_user_changelist"

DRIFTS = (
    Entry("drift.foreign", "Difference: changed on Jet", "Jet holds what this panel has no record of, written after its last sending: by another tool, by a person on Jet's own pages, or from here before the database was put back from a copy.", "Reconcile sends the store's again. If that tool shall not write, make new keys on Jet's pages and enter them here only.", page=DRIFT),
    Entry("drift.lost", "Difference: Jet lost it", "Jet said that it took our last sending, yet holds something older.", "Reconcile sends it again.", page=DRIFT),
    Entry("drift.unsent", "Difference: never sent since", "The store was changed and nothing went out, because edits of this kind are switched off in Configuration or came from an import.", "Reconcile sends it now.", page=DRIFT),
    Entry("drift.stuck", "Difference: waits too long", "It has been waiting to be sent for more than an hour.", "See Cron Status: a job is late or paused.", "Whoever runs the panel", CRON),
    Entry("drift.held", "Difference: held for a yes", "The new price differs so much from the old one that a person is to say yes first.", "Say it under Price Reviews.", page="catalog:price_reviews"),
    Entry("drift.refused", "Difference: Jet refused it", "Jet refused what the store has; the product's page says why.", "Fix that, then Reconcile.", page=DRIFT),
    Entry("drift.never", "Difference: no sending on record", "Jet has the SKU, but this panel has no record of sending this figure.", "Reconcile sends it.", page=DRIFT),
)  # fmt: skip
OUTCOMES = (
    Entry("outcome.partial", "Run: partial", "Some of it was done and some was not; each reason stands on the run's page.", "Fix what the reasons name; the next run takes up what is left.", page=CRON),
    Entry("outcome.refused", "Run: refused by Jet", "Jet did not let the job in or took nothing of it; mostly the keys are wrong.", "Validate the keys in Configuration.", page=KEYS),
    Entry("outcome.failed", "Run: failed", "Something stopped the job before it was through; the run's page says what.", "Nothing when Jet was away: the next run tries again by itself. Otherwise send the support bundle.", "Whoever runs the panel", CRON),
)  # fmt: skip
SETTINGS = (
    Entry("settings.keys_missing", "Keys are not complete", "The panel cannot speak to Jet in a mode whose API user, secret or fulfillment node is missing.", "Enter them in Configuration, Account, and press Validate.", page=KEYS),
    Entry("settings.secret_elsewhere", "The secret belongs to another address", "A secret is sent only to the address of Jet's API that it was entered for, and the API URL was changed since.", "Enter the secret again in Configuration, Account, or set the API URL back.", page=KEYS),
    Entry("settings.unknown_attribute", "The store has no such attribute", "A setting names an attribute code that no product file brought and nobody added.", "Correct the code, or add the attribute.", page="admin:catalog_attribute_changelist"),
    Entry("settings.no_price_left", "The rule leaves no price", "With this rule a product's price would be zero or less.", "Take a smaller decrease; the preview shows each product.", page=KEYS),
    Entry("settings.how_much", "How much is missing", "A rule that raises or lowers prices needs an amount above zero, or the attribute that holds the price.", "Fill in the field, or choose Store price as it is.", page=KEYS),
    Entry("settings.address", "Return address is not complete", "Jet takes an address only whole: street, city, a state of two letters and a ZIP code.", "Fill in what is missing, or empty all of it.", page=KEYS),
    Entry("settings.payment_method", "No such payment method", "A setting names a payment method that the panel does not have.", "Choose one from the list in Configuration, Orders.", page=KEYS),
    Entry("settings.last_owner", "The last one stays", "At least one active user must be able to manage users.", "Make somebody else an owner first.", page=PEOPLE),
)  # fmt: skip
