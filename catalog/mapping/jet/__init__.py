"""What mapping asks of Jet."""
