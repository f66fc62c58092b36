"""Commands behind the buttons of returns, refunds and settlements."""
