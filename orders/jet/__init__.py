"""What orders ask of Jet and send to it, in our own values."""
