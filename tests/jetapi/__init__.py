"""Tests of the typed client and of the sandbox beside it."""
