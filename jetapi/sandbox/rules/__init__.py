"""Which change Jet allows in which state: all checks of a call stand before its first change."""
