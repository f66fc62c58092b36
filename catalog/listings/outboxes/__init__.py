"""What listings send, as the outbox knows it: facets by themselves, facets in files, the files."""
