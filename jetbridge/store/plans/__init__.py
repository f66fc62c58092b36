"""What documents the store is to have, by what the channel settled and what the store holds. Pure."""
