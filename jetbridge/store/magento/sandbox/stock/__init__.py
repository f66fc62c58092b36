"""What the store has: quantities in sources, and reservations beside them."""
