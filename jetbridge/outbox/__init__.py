"""What must reach the other side: queued, claimed, sent, settled; nothing else writes these columns."""
