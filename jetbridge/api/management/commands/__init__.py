"""Commands behind the buttons of API tokens."""
