"""A believable store of our own invention, carried through the panel's real services, and taken away again."""
