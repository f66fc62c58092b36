"""What templates of orders draw."""
