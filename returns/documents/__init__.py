"""What was given back, as the store is to have it, and what it gave back itself."""
