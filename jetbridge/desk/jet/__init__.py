"""What the desk itself asks of Jet."""
