"""The emulator run from outside: JSON in and out at /_sandbox/, for callers on this machine only."""
