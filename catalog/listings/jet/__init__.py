"""What listings ask of Jet and read of its answers, in our own values."""
