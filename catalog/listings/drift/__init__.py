"""What Jet holds beside what we last had accepted."""
