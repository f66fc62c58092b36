"""Everything that changes returns and the ledger: fetching, completing, booking."""
