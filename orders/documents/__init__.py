"""What the panel's orders and the store's have of each other: documents that go there, and that come from there."""
