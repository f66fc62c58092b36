"""Mass actions on products: choices, steps, outcomes."""
