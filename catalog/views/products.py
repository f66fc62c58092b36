"""Pages of one product beside its form: what Jet holds (View) and Sync with Jet."""
