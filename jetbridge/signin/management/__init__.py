"""Commands of sign-in."""
