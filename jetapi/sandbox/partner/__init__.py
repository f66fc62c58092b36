"""Pages for people under /partner/: what merchants did in Jet's portal, and what only a sandbox can do."""
