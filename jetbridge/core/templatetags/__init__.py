"""Template tags of the skin."""
